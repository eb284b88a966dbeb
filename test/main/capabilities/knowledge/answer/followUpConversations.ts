/** Made conversations: what was said, the question after it, the passage that answers it, and passages beside it. */
export interface MadeConversation {
  readonly said: readonly (readonly [question: string, answer: string])[];
  readonly question: string;
  /** What the search must still be about; lower case. */
  readonly about: readonly string[];
  readonly passage: string;
}

/** Passages on other things that have the words of the questions: a search for these alone is led there. */
export const BESIDE: readonly string[] = [
  'The garden gate is closed at dusk; close it with the long key.',
  'A loan of books can be extended twice, and extended again by letter.',
  'How much a visitor pays depends on how much luggage he has.',
  'The quiet car of the train is at its end; --quiet is also printed on its door.',
  'Whom the council chooses is told by whom it was asked.',
  'The mill was built when the river was moved; it was built of oak.',
  'A doctor comes on Mondays, and a doctor must be called at night.',
  'In winter the bakery opens later; for winter coats there is a sale.',
  'Those who ask why get an answer; why those ask is not told.',
  'Does a dog need a lead? A dog does need a lead, and a driver needs sleep.',
  'A string that is empty is no knot: what holds if the string is empty is the nail.',
  'A badge is needed for the swimming course: no badge is needed for children.',
  'Cars are washed on Saturdays, cars with trailers too.',
  'Wigs should be replaced often: how often wigs are replaced depends on the play.',
  'Kigali lies on hills; about Kigali there are many songs.',
  'How long the night is depends on the month, for long poems too.',
  'Which ones are ripe? The red ones are ripe.',
  'A dress can be made larger: make it larger at the seams.',
  'Below the stairs there is a cupboard, and below the cupboard a mouse.',
  'On Sundays the market is in the square, on Sundays too the band plays.',
  'The maximum of the tide is at noon; what is above the maximum is washed away.',
  'Compared to lead, cork is light; compared to gold, lead is cheap.',
  'The poet writes to his sister; where he writes he does not say.',
  'The path E43 leads to the hut.',
];

export const CONVERSATIONS: readonly MadeConversation[] = [
  { said: [['How do I open the database with sqlite3.connect?', 'Call sqlite3.connect() with its path.']], question: 'And how do I close it?', about: ['database'], passage: 'A database connection is closed by calling close(); pending transactions are lost.' },
  { said: [['What is the warranty of the Aurora pump?', 'The warranty is 24 months.']], question: 'Can it be extended?', about: ['warranty', 'pump'], passage: 'The warranty of a pump can be extended by twelve months within a year of delivery.' },
  { said: [['Which oil does the gearbox take?', 'It takes SAE 80.']], question: 'How much?', about: ['oil', 'gearbox'], passage: 'The gearbox is filled with 1.5 litres of oil.' },
  { said: [['What does the flag --verbose do?', 'It prints more.']], question: 'What about --quiet?', about: ['--quiet'], passage: 'The flag --quiet suppresses all messages except errors.' },
  { said: [['When is the heating serviced?', 'In May.']], question: 'By whom?', about: ['heating', 'serviced'], passage: 'The heating is serviced by the firm Brenner, who has the keys to the cellar.' },
  { said: [['How high is the lighthouse of Harn?', '34 metres.']], question: 'When was it built?', about: ['lighthouse'], passage: 'The lighthouse of Harn was built in 1821 by the harbour guild.' },
  { said: [['How many days of leave does a nurse have?', '30 days.']], question: 'And a doctor?', about: ['leave', 'doctor'], passage: 'A doctor has 32 days of leave, two of them for training.' },
  { said: [['What is the harbour fee in summer?', '12 crowns.']], question: 'and for winter?', about: ['harbour', 'fee', 'winter'], passage: 'In winter the harbour fee is 8 crowns a day.' },
  { said: [['Which ports does the firewall leave open?', '22 and 443.']], question: 'Why those?', about: ['ports', 'firewall'], passage: 'The firewall leaves ports open for remote maintenance and for the web shop only.' },
  { said: [['How do I register a printer?', 'In the settings.'], ['How long does that take?', 'A minute.']], question: 'Does it need a driver?', about: ['printer'], passage: 'A printer needs a driver only when it was made before 2012.' },
  { said: [['What does the function parse_date return?', 'A date.']], question: 'What if the string is empty?', about: ['parse_date'], passage: 'parse_date raises ValueError for an empty string.' },
  { said: [['Who may enter the server room?', 'Administrators.']], question: 'Is a badge needed?', about: ['server room'], passage: 'To enter the server room a red badge is needed, also for administrators.' },
  { said: [['What is the speed limit for trucks on the bridge?', '40.']], question: 'and cars?', about: ['speed', 'bridge', 'cars'], passage: 'Cars may cross the bridge at a speed of 60.' },
  { said: [['How is a transformer cooled?', 'By oil.']], question: 'How often should this be replaced?', about: ['transformer'], passage: 'Oil in a transformer is replaced every fifteen years.' },
  { said: [['Which vaccine does a traveller to Lund need?', 'None.']], question: 'What about Kigali?', about: ['vaccine', 'kigali'], passage: 'For Kigali the vaccine against yellow fever is needed.' },
  { said: [['Where are invoices stored?', 'In the archive.']], question: 'For how long?', about: ['invoices'], passage: 'Invoices are stored for ten years.' },
  { said: [['How do I reset the thermostat?', 'Hold the wheel.'], ['And if the display stays dark?', 'Change the batteries.']], question: 'Which ones?', about: ['thermostat', 'batteries'], passage: 'The thermostat takes two AA batteries.' },
  { said: [['What is the cache size of the proxy?', '256 MB.']], question: 'Can I make that larger?', about: ['cache', 'proxy'], passage: 'The cache of the proxy is made larger with cache_mem.' },
  { said: [['Who signs contracts over 10,000 euros?', 'The director.']], question: 'And below?', about: ['contracts'], passage: 'Contracts below 10,000 euros are signed by the head of the department.' },
  { said: [['What are the opening hours of the library?', 'Nine to five.']], question: 'On Sundays too?', about: ['library', 'sundays'], passage: 'On Sundays the library is closed, except during examinations.' },
  { said: [['How does the retry policy of the queue work?', 'It doubles the wait.']], question: 'What is the maximum?', about: ['retry', 'queue'], passage: 'The queue gives up a retry after a maximum of eight attempts.' },
  { said: [['What is the melting point of the alloy?', '620 degrees.']], question: 'Compared to lead?', about: ['melting', 'lead'], passage: 'Lead has a melting point of 327 degrees, far below the alloy.' },
  { said: [['How do I enable logging in the agent?', 'Set log = on.']], question: 'Where does it write to?', about: ['logging', 'agent'], passage: 'The agent writes its logging to /var/log/agent.log.' },
  { said: [['What does error E42 mean?', 'The door is open.']], question: 'And E43?', about: ['e43'], passage: 'E43 means that the filter is blocked.' },
  // Those that stand by themselves must not be led back to what was spoken about.
  { said: [['What is the warranty of the pump?', '24 months.']], question: 'Who won the chess championship of 1972?', about: ['chess'], passage: 'The chess championship of 1972 was won by Bobby Fischer.' },
  { said: [['How do I close a database connection?', 'With close().']], question: 'Which exception does json.loads raise for invalid input?', about: ['json.loads'], passage: 'json.loads raises JSONDecodeError for invalid input.' },
  { said: [['How high is the lighthouse?', '34 metres.']], question: 'Is it possible to compress a folder with shutil?', about: ['shutil'], passage: 'shutil.make_archive compresses a folder.' },
  { said: [['Which oil does the gearbox take?', 'SAE 80.']], question: 'How is the invoice number of a supplier made?', about: ['invoice'], passage: 'The invoice number of a supplier is made of the year and a counter.' },
  { said: [['Who may enter the server room?', 'Administrators.']], question: 'What is the melting point of tin?', about: ['tin'], passage: 'Tin has a melting point of 232 degrees.' },
  { said: [['When is the heating serviced?', 'In May.']], question: 'What temperature does the baker use for rye bread?', about: ['rye'], passage: 'The baker uses 220 degrees for rye bread.' },
];
