/** People who wrote to one of the demo's sites. */
export const LEADS = [
  lead('Nadia', 'Khan', '020 7946 0102', 'Do you deliver on Saturdays?'),
  lead('Tom', 'Ellery', '', 'Please send me your brochure.'),
  lead('Grace', 'Obi', '020 7946 0131', 'We would like a quote before the summer.'),
  lead('Liam', 'Foss', '', 'Is the white finish still made?'),
  lead('Ines', 'Duarte', '020 7946 0177', 'Can I see one in your showroom?'),
  lead('Peter', 'Holm', '', 'Thank you for the quick answer!'),
  lead('Amara', 'Bello', '020 7946 0119', 'Two of them, please, for the end of the month.'),
  lead('Jonas', 'Weir', '', 'What would it cost without fitting?'),
  lead('Ruth', 'Adler', '020 7946 0154', 'My order number is 4471, can it wait a week?'),
  lead('Viktor', 'Sand', '', 'Do you also work in Kent?'),
  lead('Chloe', 'Marsh', '020 7946 0188', 'Could someone call me back tomorrow?'),
];

function lead(first_name: string, last_name: string, phone: string, message: string) {
  return { first_name, last_name, phone, message };
}
