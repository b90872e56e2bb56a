// Owns the forms of English words that no suffix rule reaches: `went` and `go` are the same word to a reader.

const GROUPS = `
be am is are was were been being|have has had|do does did done|go goes went gone|get got gotten|give gave given
take took taken|make made|come came|see saw seen|know knew known|think thought|say said|tell told|find found
keep kept|leave left|lose lost|hold held|bring brought|buy bought|build built|send sent|spend spent|lend lent
begin began begun|break broke broken|choose chose chosen|speak spoke spoken|steal stole stolen|freeze froze frozen
write wrote written|drive drove driven|ride rode ridden|rise rose risen|arise arose arisen|throw threw thrown
grow grew grown|blow blew blown|fly flew flown|draw drew drawn|show showed shown|run ran|sink sank sunk
shrink shrank shrunk|drink drank drunk|ring rang rung|sing sang sung|swim swam swum|spring sprang sprung
stick stuck|strike struck|hang hung|dig dug|win won|spin spun|swing swung|catch caught|teach taught|seek sought
fight fought|feel felt|deal dealt|mean meant|meet met|feed fed|lead led|read|speed sped|bind bound|wind wound
stand stood|understand understood|withstand withstood|sit sat|lie lay lain|lay laid|pay paid|sell sold|hear heard
shut|set|put|cut|hit|let|split|spread|shed|quit|cost|hurt|burst|reset|fall fell fallen|forget forgot forgotten
eat ate eaten|bite bit bitten|hide hid hidden|forbid forbade forbidden|swear swore sworn|tear tore torn|wear wore worn
bear bore borne|wake woke woken|shake shook shaken|mistake mistook mistaken|sleep slept|sweep swept|weep wept
creep crept|bend bent|shoot shot|light lit|slide slid|become became become|overcome overcame|withdraw withdrew withdrawn
undo undid undone|rewrite rewrote rewritten|override overrode overridden|overwrite overwrote overwritten
foresee foresaw|fit fitted|burn burnt|learn learnt|spoil spoilt|dwell dwelt|die dying died|tie tying tied
bad worse worst|good better best|far further farthest|little less least|much more most|child children|man men
foot feet|tooth teeth|mouse mice|person people|index indices indexes|vertex vertices|matrix matrices|datum data
medium media|criterion criteria|life lives|leaf leaves|half halves|shelf shelves|wife wives|knife knives|self selves
cold colder coldest|hot hotter hottest|warm warmer warmest|big bigger biggest|high higher highest|low lower lowest
long longer longest|short shorter shortest|large larger largest|small smaller smallest|old older oldest|new newer newest
fast faster fastest|slow slower slowest|early earlier earliest|late later latest|few fewer fewest|strong stronger strongest
weak weaker weakest|deep deeper deepest|wide wider widest|quick quicker quickest|near nearer nearest
`;

const FORMS = new Map<string, readonly string[]>();
for (const group of GROUPS.trim().split(/[|\n]/)) {
  const forms = group.trim().split(' ');
  for (const form of forms) FORMS.set(form, forms);
}

/** All forms of a lower-case word, the base form first; the word alone when it is regular. */
export function formsOf(word: string): readonly string[] {
  return FORMS.get(word) ?? [word];
}
