// Owns the synonyms of the trade: words that mean the same in logs, specifications and source code, which a general
// dictionary keeps apart or does not know (`host` and `machine`, `terminate` and `kill`, `max` and `at most`).
import { stemOf } from './tokens.ts';

const GROUPS = `
fail error failure fault cannot unable unsuccessful bad broken wrong
crash panic abort segfault core dump fatal oops hang killed die|exception throw raise traceback stack
refuse reject deny decline forbid disallow block|forbid prohibit disallow ban deny illegal must
allow permit accept grant enable may authorize|start begin boot launch initialize init startup open spawn bring load
stop end shutdown halt terminate exit quit close kill finish|finish complete done succeed success end
restart reboot reload reset respawn|wait delay sleep pause timeout timed block pending
slow delay latency lag timeout late sluggish|fast quick rapid speed immediate
hang stuck freeze stall deadlock unresponsive|answer respond reply response responding ack acknowledge
ask request query demand|send transmit forward deliver emit publish post|receive get accept arrive incoming
retry attempt again repeat resend|connect connection link attach session join
disconnect drop close lost detach unlink|lost missing dropped gone vanished
missing absent unknown unresolved exist nonexistent|find locate discover resolve lookup detect
lookup resolve query search|machine host node server computer box system|client customer user peer caller
peer node neighbor remote counterparty|user account login owner username|person user who
name label title identifier id|password credential secret passphrase auth|login logon signin authenticate session
authenticate authenticated authentication verify login credential|process daemon service task job program
service daemon server|daemon service process agent|thread worker task|task job work unit
schedule plan queue cron timer|file document path filename|folder directory path dir
disk drive volume device storage hdd ssd|device hardware drive unit|storage store disk volume backup
memory ram heap swap buffer|cpu processor core|full exhausted space quota capacity|space room capacity free
partition filesystem volume mount|mount attach|network net lan interface|interface nic eth port adapter
address ip addr location|port socket listen bind|take bind occupy use|bound listen bind listening
router gateway switch hop|route path hop|web http www html url|page site url|email mail message smtp
mail email message smtp|message packet notification text|packet frame datagram message
protocol standard specification|encrypt cipher crypto ssl tls secure|key secret credential
certificate cert ssl tls x509|signature sign signed|hash digest checksum fingerprint|checksum crc hash parity digest
clock time timestamp ntp|time clock date moment|synchronize sync
temperature thermal celsius fahrenheit degree heat hot|warm hot temperature heat thermal overheat celsius
cold cool temperature celsius|hot temperature heat thermal overheat|fan cooling blower
power supply psu voltage battery|battery power charge|electricity power voltage|alarm alert warning threshold
warn warning alert caution|limit maximum max threshold ceiling cap bound most
biggest largest maximum max most limit highest|largest biggest maximum max most|highest maximum max most top peak
longest maximum max most|most maximum max|maximum max most limit upper largest|smallest minimum min least lowest
lowest minimum min least|minimum min least lower smallest|exceed over above beyond surpass greater
size length bytes capacity amount|big large size|long length duration time|length size long bytes
share fraction percent percentage ratio portion|percent percentage share ratio|number count total amount
amount quantity value sum number|total sum overall complete|copy replica duplicate clone backup
second backup redundant another|backup snapshot copy archive restore dump|restore recover recovery backup
old previous outdated stale obsolete former older|stale outdated expired old|new fresh latest recent
last final latest previous|first initial earliest|version release revision build|release version revision
update upgrade patch refresh|upgrade update migrate|install setup deploy|package module library bundle
library module package dependency|remove delete erase purge drop unlink prune clean discard
delete remove erase purge drop unlink|discard drop remove ignore prune|forget remove drop discard delete
throw discard drop remove exclude|cleanup clean purge scavenge garbage prune sweep
exclude remove ignore blacklist ban|add append insert join|change modify alter update set|replace swap substitute
move transfer migrate relocate|create make generate build produce new|write save store flush put
read load fetch get input|save store write keep persist|keep retain hold store preserve|hold keep retain
print output display show|output result print|input read source|config configuration setting option parameter conf
setting option parameter config preference flag|default unless standard preset specified
enable activate turn on enabled|disable deactivate off disabled turn|switched disabled enabled|off disabled disable
unexpected surprising unknown invalid|unknown unrecognized unexpected unidentified
invalid illegal malformed incorrect bad corrupt|corrupt damaged broken invalid inconsistent
wrong incorrect invalid mismatch error fail|mismatch differ different conflict|different differ distinct unequal
same identical equal match|match equal same|repeat duplicate again multiple|sort order sequence ascending
order sequence sort|sequence order series|test check verify validate assert|check verify validate test inspect
compile build make link|symbol reference identifier name|variable parameter value field
function method routine procedure call|class type object|type kind class category|kind type sort class
field attribute property member column|table relation row|database db sql store|record entry row item
list array sequence set|letter character char|case upper lower|text string characters
forbidden not disallowed prohibited|needed required necessary must|required mandatory must necessary
optional may unless|recommended should advised preferred|suggested recommended should|cause reason because due
reason cause because why due|purpose goal reason aim|prevent avoid protect against|protect guard secure prevent
attack malicious adversary attacker exploit|attacker adversary malicious hacker|leak reveal expose disclose
hide conceal private obscure|privacy private anonymity|money payment fund amount pay|pay payment fee
fee cost price charge|cost price fee|expire expiry expiration timeout lifetime valid|valid expiry validity legal
lifetime expiry ttl age|interval period every frequency|often every per interval frequency times
pass transmit forward send|collect gather accumulate batch|group batch set cluster
part piece fragment segment chunk portion|split divide fragment segment part|combine merge join aggregate
whole entire complete full|remaining rest left|empty blank null none zero|zero null 0|half 50|one 1|two 2|three 3
four 4|five 5|six 6|seven 7|eight 8|nine 9|ten 10|twenty 20|hundred 100|thousand 1000|minute 60 min|hour 3600|day 24
week 7 days|assign allocate give hand|allocate allocation reserve assign|reserve hold keep allocate
container instance sandbox|image picture snapshot|cluster pool farm group|master leader primary main controller
primary main master|slave replica secondary worker follower|elect vote leader|parent child fork
child sub process subprocess|command cmd instruction|operator admin administrator root|admin administrator root
root superuser admin|permission access privilege right denied|access permission privilege|entry begin start ingress
introduced added new|introduce add begin|exit end leave egress|inside within internal|outside external
internal inner inside|external outer outside|local own|remote foreign far|direct straight|visible public seen
public open visible|temporary temp tmp|temp tmp temporary|permanent persistent fixed|random arbitrary nonce
idle inactive unused quiesce|quiet silent idle quiesce|busy active occupied used|silent quiet ignore
ready available up|available ready free up|unavailable down unreachable offline
unreachable down offline route unavailable|down offline unreachable failed|up online running|dead down killed
alive up running live|faulty bad failed defective broken|defective faulty bad|healthy ok good normal
normal ok regular usual|reach contact connect|contact connect reach|notice detect report observe
detect discover notice found|report log message notify|announce advertise publish broadcast|news update announcement
tell notify inform send|log journal record|monitor watch observe probe|statistics metrics stats telemetry
telemetry metrics statistics|measure metric gauge|job task work|queue backlog pending deferred
stay remain pending deferred|deferred delayed postponed queued|postpone defer delay|cancel abort revoke
revoke withdraw cancel invalidate|skip ignore omit|ignore skip discard|jump skip step|step move jump
accelerate speed|compress zip gzip compression pack|pack compress archive cab|archive tar zip cab
extract unpack unzip decompress|encode encoding serialize format|format encoding layout|decode parse deserialize
parse decode read|query question request
`;

/** Stem → words of the trade. The first word of a group means what the others mean; not the other way round. */
const SYNONYMS = new Map<string, readonly string[]>();
for (const group of GROUPS.trim().split(/[|\n]/)) {
  const [word, ...others] = group.split(' ');
  const stem = stemOf(word!);
  SYNONYMS.set(stem, [...new Set([...(SYNONYMS.get(stem) ?? []), ...others])]);
}

/** Words of the trade that mean the same as a lower-case word, best first. */
export function tradeSynonyms(word: string): readonly string[] {
  return SYNONYMS.get(stemOf(word)) ?? [];
}
