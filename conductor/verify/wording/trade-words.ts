// Ordinary words of logs, builds and documents that general English texts hold too seldom to count as common.

export const TRADE_WORDS = `
abort adapter admin algorithm alias allocate allocator altogether api app application archive argument array artifact assert
async attach authenticate authentication authorize backend backlog backtrace backup backoff bandwidth batch benchmark binary
bind bit blob block boolean boot bootstrap branch broker browser buffer bug build builder bundle byte bytecode cache callback
cancel canary certificate channel checkpoint checksum child chunk cipher client cluster codec collector commit compile compiler
compress compression concurrency config configuration configure connection connector console constant container context
controller cookie coordinator core corrupt counter coverage crash credential cron cursor daemon dashboard data database datagram
deadline deadlock debug declare decode decrypt default degrade delimiter dependency deploy deployment deprecate descriptor
deserialize detach dequeue device diff digest directory disk dispatch docker domain downgrade download downtime driver dump
duplicate email emit emulator enable encode encrypt encryption endpoint enqueue entry enum environment error escrow eviction evict
exception executable exit expire expiry export fallback fetch field file filesystem filter firewall firmware flag flush folder
fork format framework frontend function garbage gateway generator git graph gui handle handler handshake hardware hash header
heap heartbeat hex host hostname html http https hub id identifier idle image import incoming index ingress inode input install
installation installer instance integer interface internet interpreter interrupt invoice iterator jitter job json kernel key
keyword label lag latency leader leak library lifetime limit linker linux list listener literal load loader local lock log logger
login logout loop loopback lookup lsp machine macro malformed mandatory manifest map mapping master memory merge message metadata
method metric microservice middleware migrate migration mirror misconfigure mkdir mock module monitor mount mutex namespace
network node nonce notification null object offline offset online opcode operand option optional orchestrator outage outbound
outdated output override overflow overlap package packet padding parallel param parameter parse parser partition password patch
path payload peer permission pipeline pixel plaintext plugin pointer pod pool port postpone prefix primary priority privilege
process processor profile prompt protocol proxy publish query queue quota random rebase reboot rebuild receiver recompile
recursion redirect redundant refactor registry regression reload relay release remote repo repository replica replicate
replication reset resolver resource restart restore retention retry retries revert revision rollback root router routine routing
runtime sample sandbox scan scheduler schema scope script segment semaphore sender sequence serialize serializer server service
session setting shard shell shutdown signature snapshot socket software span spawn sql stack stale standby startup statement
static status stderr stdin stdout storage stream string subnet subprocess subscriber subscription suffix swap symbol sync
synchronize syntax syscall tag tarball task template tenant terminal terminate test text thread threshold throughput throttle
timeout timer timestamp timezone token toolchain trace traceback transaction transmit trigger truncate tuple type
undefined unicode uninstall unlink unmount unreachable unresponsive unused update upgrade upload upstream uptime url user
username utf validate validator value variable vector vendor verify version virtual volume vulnerability wallet warning webhook
widget wildcard workaround worker workflow workload workspace wrapper yaml zip
`;
