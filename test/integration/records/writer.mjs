/** Writes the records of one run and prints the outcome: `writer.mjs PLACE LOGIN RECORDING`, each as JSON. */
const { gitRecords } = await import(new URL('../../../dist/records/git-records.js', import.meta.url));
const [place, login, recording] = process.argv.slice(2).map((text) => JSON.parse(text));
const records = gitRecords(place, login);
process.stdout.write(`${JSON.stringify(await records.write(recording))}\n`);
await records.close();
