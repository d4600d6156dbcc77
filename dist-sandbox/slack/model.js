export const isBot = (user) => user.kind === 'bot';
