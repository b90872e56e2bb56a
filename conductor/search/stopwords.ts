// Owns the words of a question that say nothing about where its answer stands. They are dropped from the query only.

const WORDS = `
a about above actually after again against ago all almost along already also although always am among an and another any anybody
anyone anything anyway are aren as at away back be became because become becomes been before behind being below beside besides
between beyond both but by came can cannot come comes could couldn d did didn do does doesn doing don done down during each either
else enough especially etc even ever every everybody everyone everything exactly except few find first for from further gave get
gets getting give given gives go goes going gone got had hadn happen happened happens hardly has hasn have haven having he hence
her here hers herself him himself his how however i if in indeed instead into is isn it its itself just keep kept know known knows
last least less let like likely ll look m made mainly make makes making many may maybe me mean means meant might mine more
moreover most mostly much must my myself namely near nearly need needs neither never nevertheless next no nobody none nor not
nothing now nowhere of off often on once one ones only onto or other others otherwise ought our ours ourselves out over own per
perhaps please put quite rather re really regarding s said same saw say says see seem seemed seems seen several shall she should
shouldn show shows simply since so some somebody someone something sometimes somewhere soon still such t take taken takes tell
than that the their theirs them themselves then there therefore these they thing things this those though three through thus to
together told too took toward towards truly two under unless until up upon us use used uses using usually ve very via want
wants was wasn way we well went were weren what whatever when whenever where whereas wherever whether which whichever while who
whoever whole whom whose why will with within without won would wouldn yes yet you your yours yourself yourselves
`;

const STOP_WORDS = new Set(WORDS.trim().split(/\s+/));

/** True for a lower-case word that is dropped from a question. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
