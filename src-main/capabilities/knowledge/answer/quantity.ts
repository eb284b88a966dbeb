const ASKS = /\bhow (?:long|many|much|often|large|big|high|old|far|fast|soon)\b/i;
const HOLDS = /\d|\b(?:zero|no|none|one|once|two|twice|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|half|any|all|every|each|always|never|until|unlimited|forever|immediately|daily|hourly|weekly|monthly|yearly|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b/i;

/** "How long", "how many": what answers it names a quantity. */
export function asksQuantity(question: string): boolean {
  return ASKS.test(question);
}

/** A number, a word for one, a unit of time, or a word such as "never". */
export function holdsQuantity(text: string): boolean {
  return HOLDS.test(text);
}
