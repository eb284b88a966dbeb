/** Words that ask rather than name: left out of questions (never out of the index), unless nothing else is left. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after again against all also always am an and another any anybody anyone anything are aren as at away be because become been before
  being below between both but by can cannot could couldn did didn do does doesn doing don done down during each either else enough etc even ever
  every everything exactly few for from further get gets getting give gives given go goes going got had hadn has hasn have haven having he her here
  hers herself him himself his how however i if in instead into is isn it its itself just keep kind let like ll made make makes making many may me
  mean means might mine more most much must my myself need needs neither never no nobody nor not nothing now of off often on once one only or other
  others our ours out over own per perhaps please possible put rather re really s same say says see seem shall she should show shouldn since so some
  somebody someone something somewhere still such sure t take tell than that the their theirs them themselves then there these they thing things this
  those though through thus to together too under until up upon us use used uses using ve very via want wants was wasn way ways we well were weren
  what whatever when where whether which while who whom whose why will with within without won would wouldn yet you your yours yourself`.split(/\s+/),
);
