// Stems of ordinary English words: a word that is not among them is likely the name of something, and names must match.
// Made from WordNet (Princeton University, its licence permits this) by test/support/agreement/common-words-source.ts.

/** Separated by white space, sorted. */
export const COMMON_STEMS = `
abandon abil abl aboard abolish about abov abroad abrupt abruptli absenc absent absolut absorb absorpt abstract absurd
abus ac academ academi acceler accent accept access accid accommod accompani accomplish accord accordingli account
accredit accumul accur accuraci accus ach achiev acid acknowledg acquir acquisit acr across act action activ actor
actual acut adapt add addit address adequ adher adjac adject adjunct adjust administ administr admir admiss admit
adopt adult advanc advantag adventur advertis advic advis advoc aerat aerosol aesthet affair affect affirm affix
afford afraid after afternoon afterward ag again agenc agent agglutinin aggrav aggress ago agoni agre agreement
agricultur ahead aid ailment aim air aircraft airplan alarm albumin alert alga alien aliv all alleg alloc allot allow
allus almost alon along aloud alreadi also alter alterc altern altogeth aluminum alveolar alveolu alwai amateur amaz
ambassador ambigu ambit ambiti ambush amend ammunit amount ampl amplitud amus anaconda analog analysi analyst analyt
analyz anastomosi anatom anatomi ancestr anchor ancient andrena anecdot anemia angel anger angl angri angrili anguish
ani anim anion ankl anniversari annoi announc anod anonym anoth answer ant antagonist antelop antenna anti antibodi
anticip antigen antiserum antithyroid anxieti anxious anyhow anymor anywai anywher apart appal appar apparatu appeal
appear appendix appetit applaud applaus appli applic appoint appreci apprehens apprentic approach appropri approv
approxim apt aqueou arbitrari arc arch archbishop architect architectur area argon argu argument aris arm armi around
arous arrai arrang arrest arriv arrow art arteri articl artifici artilleri artist ascertain asham asid ask asleep
aspect assail assassin assault assembl assent assert assess assign assimil assist associ assum assumpt assur astonish
athlet atmospher atom attach attack attain attempt attend attent attitud attornei attract attribut audienc augment
august authent author automat automobil autonom autumn avail averag avert avocado avoid aw awai await awak awaken awar
award awfulli awkward ax axi babbl babe babi back background backward bacteri bad badg badli bag bai bake balanc ball
ballad ballet ballplay ban band bandag bang banish bank banker baptiz bar barbel bare barg bark barn barrel barrier
base basebal basement basi basic bask basket bastard bat bath bathroom batter batteri battl battlefield bawl bayonet
be beach beam bear beard beast beat beauti beautifulli beckon becom bed bedroom bee beebread beef beer befor beg begin
behalf behav behavior behind behold belief believ bell belli bellow belong belov below belt bench bend benefici
benefit berlin beset besid best bestow bet betrai better bewild beyond bibl biblic bicycl bid big bigger bill billion
bind binomi biolog bird birdi birth birthdai biscuit bishop bit bite bitter black blade blame blanket blast blaze
bleed blend bless blind blindli blink bloat block blockad blood bloodi bloom blossom blot blow blue bluff blur blush
bluster board boast boat bob bodi bodybuild boi boil bold bolt bomb bomber bond bone book boom boost boot border bore
boredom born borrow boss bother bottl bottom bough bounc bound boundari bourbon bow box boxcar boyhood brace brain
branch brand brass brave break breakdown breakfast breast breath breathless breez brick bridg brief briefli brigad
bright brilliant bring bristl broad broadcast broaden broken bronchiol bronchu brood brother brow brown brush bubbl
buckl buckskin bud buddi budget buffer bui build builder bulb bulg bulk bull bullet bumblebe bunch bundl bunk burden
bureaucraci buri burial burn burrow burst bush busi businessman butt button buzz bypass cabin cabl cafe cafeteria cage
calcul calf calibr call calm calmli camera camp campaign camper can cancel cancer candid cane cannon canon canteen
canva canyon cap capabl capac capit captain captur car carbon card cardin care career carefulli caress carpent carri
carrier cart cartridg carv case cash cast casual cat catalogu catch catcher categori cathod cathol catkin cattl caus
causal caution cavalri ceas ceil celebr celesti cell cellar cellulos cement cent center central centrifug centuri
ceremoni certain certainli certifi chain chair chairman challeng chamber champagn champion chanc chang channel chant
chao chapel chapter charact character characterist charcoal charg charm chart chase chatter cheap cheat check
checkbook checklist cheek cheer cheeri chemic chemist chemistri cherish chest chew chicken chief chiefli child
childhood childish chill chimnei chin china chlorin choic choke choos chore choreograph choru christ christian
chromatographi chronic chuckl church churchyard cigar cigarett circl circu circuit circul circular circumst cite citi
citizen civil civilian clai claim claimant clamber clamor clamp clap clariti class classic classif classifi classroom
clatter claw clean clear clearli clergyman clerk clich click client climat climax climb cling clinic clip clock close
closet cloth cloud club cluck clue clump clumsi cluster clutch coach coal coast coat coax code coffe coher coin
coincid cold coldli collabor collag collaps collar colleagu collect collector colleg collis colonel coloni color
column comb combat combin come comedi comfort comic command commemor commenc commend comment commerc commerci commiss
commission commit committe common commonli commot commun communion communist commut compani companion compar
comparison compart compass compat compel compens compet competit competitor compil complain complaint complement
complet complex compli complic compliment compon compos composit compound comprehend comprehens compress compris
compromis compuls comput comrad conceal conced conceiv concentr concept concern concert conclud conclus concret concur
condemn condit conduct conductor confer confess confid confin confirm conflict conform confront confus congratul
congreg congress conjug conjunct connect connot conquer conscienc consciou conscious consent consequ conserv conservat
consid consider consist conson conspir conspiraci constant constitu constitut constru construct consult consum contact
contain contamin contempl contemporari contempt contend content contest context contin continu contort contour
contract contractor contradict contrari contrast contribut control controversi convei conveni convent convers convert
convict convinc cook cool cooper coordin cop cope copi cord core corn corner coron corp corpor corps correct correctli
correl correspond corridor cortex cortic cosmic cost costum cotton couch cough council counsel count counten counter
counterpart counti countless countri coupl courag cours court cousin cover cow cowboi crack crackl cradl crash crave
crawl crazi creak creat creation creativ creatur credit credo creek creep crest crew crime crimin crimson crisi
criterion critic crop cross crossroad crouch crow crowd crown crucial crude cruelti cruis crush cry crystal cubism
cubist culmin cultur cumul cup curb cure curios curiou curious curl current curriculum curs curtail curtain curv
custom customari cut cycl cyclist cylindr dai daili damag damn damp dampen danc dancer danger dangl danish dare dark
darn dart dash data date datum daughter dawn daylight daze dead deadli deaf deal dealer dear death debat debri debt
debut dec decad decai deceas deceiv decent decid decis deck declar declin decomposit decor decre decreas dedic deduc
deduct deem deep deepli defeat defect defend defens defi defianc defici defin definit degre delai deleg deliber delic
delight deliv demand democraci democrat demonstr demytholog deni denial denomin denot denounc dens densiti depart
departur depend depict deposit depress depriv depth deputi deris deriv descend descent describ descript desert deserv
design desir desk despair desper despis destin destini destroi destruct detach detail detect deterg deterior determin
develop devic devil devis devot diagnos diagonaliz diagram dialect dialogu dialysi diamet diaphragm diarrhea dice
dictat dictionari die diet differ differenti difficult difficulti diffus dig digniti dilat dilemma dilut dim dimens
dimension diminish dimli din dine dinner dip dipol direct directli director dirt dirti disabl disagr disagre disappear
disappoint disapprov disast disastr disc discern discharg disciplin disclos discontinu discourag discov discoveri
discrep discret discrimin discuss disdain diseas dish disk dislik dismai dismiss dismount disobedi disord dispatch
dispel displai dispos disput disregard disrupt dissemin dissolv distal distanc distant distil distinct distinctli
distinguish distort distress distribut distributor district disturb divan dive divers divert divid dividend divin
divis divorc doctor doctrin document documentari dodg dog dollar domain domest domin don donat done donor doom door
doorwai dosag dose dot doubl doubt doubtless down downstair downtown downward dozen draft drag dragon drain drama
dramat drape draw drawer dread dream dress drift drill drink drip drive driver drivewai drizzl drop drought drown drug
drugstor drum drunk dry duck due dugout dull dumb dump durat dusk dust duti dwell dwindl each eager eagerli ear earli
earlier earn earth earthquak eas easi easili east eastern eat eccentr echo econom economi ecstasi edg edit editor
editori educ effect efficaci effici effluent effort egg ego eight eighteen eighteenth eighth eighti either elabor
elaps elast elbow elder elderli elect elector electr electron element elev eleven elicit elig elimin elit ellipsoid
elsewher embank embarrass emblem embodi embrac emerg emiss emot emphas emphasi emploi employ employe empti enabl enact
enclos encount encourag end endang endeavor endless endors endur enemi energet energi enforc engag engend engin
engross engulf enhanc enjoi enjoy enlarg enlist enorm enough enrich enrol ensembl ensu ensur entail enter enterpris
entertain enthusiasm enthusiast entir entiti entitl entranc entrepreneur entri envelop envi environ envis enzym epic
epidem epiphysi episod epitom epoch equal equat equilibrium equip equival era eras erect errand error erupt escal
escap escort especi essai essenti establish estat estim etcetera etern ethic ev evalu even event eventu ever everi
everydai everywher evid evil evok evolut evolv exact exactli exagger examin exampl exasper exce excel except excess
exchang excit excitedli exclaim exclam exclud exclus excus execut exercis exert exhaust exhibit exist expand expans
expect expedit expend expenditur expens experi experienc experiment expert expir explain explan explicit explod
exploit explor explos export expos exposur express extend extens extent extern extract extraordinari extrem ey fabric
face facil facilit fact factor factori faculti fade fail failur faint fair fairli faith fake fall fallout fals falter
fame famili familiar famou fan fanci fantasi fantast far farawai farm farmer farther fascin fashion fast fasten fat
fatal fate father fault favor favorit fear feat feather featur feder fee feed feedlot feel fellow fellowship femal
feminin fenc fever few fewer fiber fibrosi fiction field fierc fifteen fifteenth fifth fifti fig fight fighter figur
file fill film filter final financ financi find fine finger fingerprint finish finit fire firearm fireplac firm firmli
first fish fisherman fist fit five fix flag flame flank flap flare flash flat flatten flatter flavor flee flesh
flexibl flick flight fling flip float flock flood floor flop flounder flourish flow flower fluid fluoresc flurri flush
flux fly foam focu foe fog foil fold foliag folk folklor follow fond food fool foolish foot footbal footstep forbid
forc forecast forehead foreign forese forest forev forget forgiv forgotten fork form formal format former formerli
formid formul formula forth forti fortun forward foster foul found foundat four fourteen fourth fraction fragil
fragment fragmentari frame frankli frantic fraud free freedom freeli freewai freez freight frenzi frequenc frequent
fresh fret friend friendli fright frighten fring front frontag frown frozen fruit frustrat fuel fulfil full fulli
fumbl fun function fund fundament funer funni fur furi furiou furious furnish furnitur further furthermor fuse fuss
futil futur ga gadget gag gai gain gallop game gang gap garag garden gasp gate gather gaunt gaze gener geniu gentl
gentleman gentli genuin geometr gestur get ghetto ghost giant gift gigant giggl girl girlish give given glad glanc
gland glare glass glaze gleam glimps glint glitter globe gloom glori glorifi gloriou glove glow glue goal goat god
gold golden golf gone good gospel gossip goug govern governor gown grab grace grade gradient gradual graduat grai gram
grammat grand grandmoth grant graph graphit grappl grasp grass grate grave graze greas greasi great greatcoat greater
greatli green greet grenad grief grim grimli grin grind grip groan grocer grope gross grotesqu ground group grove grow
growl growth grumbl grunt guarante guard guess guest gui guid guidanc guilt guilti gulp gun gunfir gush gymnast habit
hai hail hair half halfback halfwai hall hallwai halt hammer hamper hand handkerchief handl handsom hang happen happi
happili har harangu harbor hard hardli harm harmoni harsh harshli harvest hast hasten hastili hat hate hatr haul haunt
have hazard haze head headach headlight headquart health healthi heap hear heart heartili heat heav heavi heavili
hebephren heed heel height helium hell help helpless hemispher hen henc herd here herebi heritag hero heroic hesit
hidden hide hideou high higher highroad highwai hill hilum hinder hint hip hire histor histori historian hit hitch
hither hoars hold holder hole holidai holler hollow holster home homer homogen homozyg honei honest honestli honeybe
honeymoon honor hoof hook hop hope horizon hormon horn horror hors horseman hospit host hostess hostil hot hotel hour
hous household housewif hover howev howl huddl hue hug huge human humbl humor hunch hundr hunger hungri hunt hunter
hurl hurri hurt hurtl husband hut hydrogen hymn hypothalam hypothalamu hypothesi ic idea ideal ident identif identifi
ideolog idl ignor ill illumin illus illustr imag imagin imaginari imit immedi immediaci immens immigr immort immun
impact impair impart impati imperson implement impli implic import impos imposs impress improv impuls impur in inabl
inadequ incap incent inch incid inclin includ incom incomplet incorpor increas increasingli incred incur inde
indefinit independ indic indict indiffer indign indirect indirectli individu induc indulg industri inevit infantri
infect infecti infer infiltr infinit inflict influenc inform inher inherit inhibit initi inject injur injuri inner
innoc inorgan inquir inquiri insan insect insert insid insight insist insolubl inspect inspir instal instanc instant
instantli instead institut instruct instructor instrument insult insur intact intak integ integr intellect intellectu
intellig intend intens intensifi intent interact intercept interchang interdepend interest interfer interior
interlobular intermedi intern interpret interrel interrupt intersect interv interview intim inton intric introduc
introduct introject intuit invad invari invent inventori invest investig invis invit invok involv inward iodid iodin
ion iron ironi irregular irrelev irrit island isol issu item ivori jab jacket jade jam japan jaw jealou jeep jerk job
joi join joint joke journei judg judgment jump junior juri jurisdict just justic justif justifi keep kei ketosi keynot
kick kid kidnei kill killer kind king kiss kitchen kitten knee kneel knife knock knot know knowledg known label labor
laboratori lack lad ladder ladi lag lagoon lai lamb lamp land landscap lane languag lap laps larg larger larva last
late latent later latter laugh laughter launch law lawn lawyer layer lazi lead leader leadership leaf leagu lean leap
learn least leather leav lectur ledger left leg legal legend legisl legislatur leisur lemon len lend length lengthi
less lessen lesser lesson let letter level liabl liber liberti librari licens lick lie lieuten life lift light lightli
lightn like likewis limb limit limp line linear linger linguist link lip liquid liquor list listen liter literari
literatur litter littl live liver livestock load loan lobbi lobe local locat lock lodg log logic lone loneli long
longer look lookup loom loos loosen lord lose loss lost lot loud loudli lousi love lover low lower loyal loyalti luck
lucki lug luggag lull lumber lump lunar lunch lung lurch lure lurid lurk luxuri lyric machin machineri mad madli
magazin magic magician magnet magnifi magnific magnitud mai maid mail main mainli maintain mainten major make maker
malais male mama mamma man manag maneuv manhattan mani manifest manifold manipul manner manomet manufactur map mar
marbl march margin mark market marketplac marksman marri marriag marshal martyr marvel mass massiv master masteri
masterpiec mat match mate materi matter matur maximum mayb mayor meadow meal mean meaning meanwhil measur mechan medic
medicin mediev medium meet melancholi melodi melt member membership memor memori men menac mend mental mention
merchandis merchant merci mercuri mere merg merger merit merri mess messag messeng metal meteor meteorit meter method
metropoli metropolitan micel micrometeorit microorgan microscop mid middl midnight mighti mild mile militari militia
milk mill millidegre milligram million mimesi min mind mine miner mingl minim minimum minist minor minut miracl mirror
miser miseri misfortun misplac miss missil mission mist mistak mistaken mix mixtur mob mobil mock mode model moder
modern modest modifi modul moist moistur mold molecul molecular moment momentum monast monei monitor monk monkei
monocl monopoli monster monstrou month monument mood moon moonlight moral more moreov morn morphophonem mortal mortar
most mostli mother motif motion motionless motiv motor mound mount mountain mourn mous mouth move movement movi much
mucosa mud muddi muffl mulch multipl multipli mumbl municip murder murmur muscl muscular muse music musician musket
musketri mustach muster mutter mysteri myth mytholog nail naiv nake name narr narrow nation nativ natur naval navi
nazi near nearbi nearli neat neatli necess necessari necessarili necessit neck need needl neg neglect neglig negoti
negro neighbor neighborhood neocortex nephew nerv nervou nervous nest nestl net network neurosi neurot neutral
neutralist neutrophil never nevertheless new newborn newli newspap next nice nickel night nightclub nilpot nine
nineteen nineteenth ninth nitrogen nobl nod nois nonsens nonspecif noon norm normal north northern nose not notabl
note noth notic notifi notion notori nourish novel novelist now nowher nuclear nucleu number numer nurs oath obei
object oblig obscur observ obstacl obtain obviou obvious occas occasion occup occupi occur occurr ocean odd odor off
offer offic offici offset often oil oili old older omin omit on onc onli onset open openli oper opera opinion opium
opportun oppos opposit optimum oral orang orbit orchestra order orderli ordinari ordinarili organ orient origin
orthodox orthographi ossif other otherwis out outburst outcom outdoor outer outfit outlin outlook output outreach
outsid outstand outweigh oval over overal overboard overcast overcom overhead overhear overlap overlook overtak
overthrow overwhelm ow own owner ownership oxen oxid oxygen pace pacif pack packag packet page pai pail pain painfulli
paint painter pair palac pale palm pan panic pansi pant papa paper parad paradigm paradox paragraph parallel
paramagnet paramet parasympathet pardon parent park parlor part parti partial particip particl particular particularli
partli partner partnership pass passag passion passiv past pastor pastur pat patch patent path patholog patienc
patient patrol pattern paus payment peac peak peasant pebbl peculiar peculiarli peer pegboard pen penalti pencil
penetr peopl perceiv percent percentag percept perch perfect perfectli perform perhap period perish perman permiss
permit perpetu persist person personnel perspect perspir persuad pertain pertin petit petition phase phenomenon
philosoph philosophi phone phoni phonolog phosphat photograph phrase physic physician physiolog pianist piano pick
picket pictur piec pig pile pill pillow pilot pinch pine pink pinpoint pioneer pipe pistol pit pitch pitcher piti
pituitari place placement plagu plai plain plainli plan plane planet planetari plank plant planter plasma plate
platform platoon player plead pleas pleasant pleasur plenti pleura pleural plight plod plot plow plug plung pocket
poem poet poetri poignant point pois poison poke pole polic policeman polici polish polit politician poll pollen
polynomi polyphosph pond ponder pool poor poorli pop pope popul popular porch porou port portal portion portrai pose
posit positivist poss possess possibl post posterior postpon postul postur pot potassium potent potenti potter potteri
pound pour poverti powder power practic prai prais prayer preach preacher precari precaut preced preciou precipit
precis predict prefer prei preliminari prepar prescrib presenc present preserv presid presidenti press pressur prestig
presum pretend pretti prevail prevent previou previous previs price prick pride priest primari primarili prime primit
princip principl print prior prioriti prison privat privileg prize pro probabl probe problem proce procedur proceed
process proclaim proclam procreat procur produc product profess profession professor profil profit profound profoundli
program progress prohibit project prolong promin promis promot prompt promptli prone pronoun pronounc proof
propagandist proper properli properti proport propos proposit proprietor proprietorship prosecut prospect proteas
protect protein protest protrud proud prove provid provinc provinci provis provok pry pseudo pseudophloem psycholog
psychologist public publicli publish pull pulmonari pump punch punish pupil purchas pure purl purpl purpos purs pursu
pursuant pursuit push pushup put puzzl quack quackeri quak qualif qualifi qualit qualiti quantit quantiti quarrel
quarter quarterback queen queer question quick quickli quiet quietli quirt quit quiver quot rabbi rabbit race racial
rack radar radiat radic radio radish radiu rag rage rai raid rail railroad rain rais ralli ram rancher random rang
rank ransack rap rapid rapidli rare rat rate rather ratifi ratio ration rattl rattlesnak raw razor reach react
reaction reactionari reactiv read reader readi readili reaffirm real realism realist realiti realiz realli realm
reappear rear rearward reason reassur rebel rebellion rebuff rebuild rebut recal receipt receiv recent recept
receptionist reciproc reckon recogn recognit recollect recommend reconcil reconsid reconstruct record recount recov
recoveri recreat recruit recur red redcoat reduc reduct reel refer reflect reflector reflex reform refuge refund refus
regain regard regardless regiment region regist registr regret regul regular regularli rehabilit rehears reign rein
reinforc reiter reject rejoic rel relat relationship relax releas releg relev reliabl relief reliev religi religion
relinquish reluct reluctantli remain remaind remark remedi rememb remind remot remov render renew rent repai repair
repeat repeatedli repel repetit replac replenish repli report repres represent reproach reproduc republ republican
reput request requir rescu research resembl resent reserv resid residenti resign resist resistor resolut resolv reson
resort resourc respect respiratori respit respond respons rest restaur restor restraint restrict result resum retail
retain retent retir retort retrac retreat retriev return reveal revel reveng revenu revers review revis reviv revolut
revolutionari reward rhythm rib ribbon rice rich rid ride rider ridg ridicul rifl rig right rigid ring rip ripe rippl
rise risk ritual rival river road roadwai roam roar rob robber robe rock role roleplai roll roman romanc romant roof
rooki room root rope rose rot rotat rotor rough roughli round rout routin row royal royalti rpm rub rug ruin rule
ruler rumbl rumor run runner rural rush rustl sacr sacrific sad saddl sadli safe safeti sag sai sail saint sake salari
sale salesman salin saloon salt salvat same sampl sanction sand sandwich satir satisfact satisfactori satisfactorili
satisfi savag save savor scale scamper scan scar scarc scare scatter scene scenic scent schedul scheme schizophren
scholar scholarship school scienc scientif scientist scope score scorn scour scrambl scrape scratch scream screech
screen script scriptur scrub scrutin scrutini sculptur sea seal search season seat seced second secondari secret
secretari section sector secur see seed seek seem seemingli segreg seiz seldom select self sell senat send senior sens
sensat sensibl sensit sensor sensori sentenc sentiment separ septum sequenc sergeant seri seriou serious serpent serum
serv servant servic session set settl settlement settler seven seventeen sever sew sewag sewer sex sexual shade shadow
shaft shake shallow shame shape share sharp sharpli shatter shave shear shed sheep sheer sheet shelf shell shelter
sheriff shield shift shine ship shipment shirt shiver shock shoe shoot shop shore short shortag shorten shortli shot
shoulder shout shove show shower shriek shrill shrink shrug shudder shuffl shunt shut shutdown shutter sick side
sidewalk sigh sight sign signal signific significantli silenc silent silhouett silk silli silver similar similarli
similitud simmer simpl simpli simplic simul simultan sin sincer sing singl singular sink sip sir sister sit site
situat six sixteen sixth sixti size skelet skeptic sketch skiff skill skin skip skirmish skirt skull sky slack slacken
slam slap slash slaughter slave slaveri sleep sleepi sleev slender slice slide slightli slip slipper slit slope slot
slow slowli slug slump small smaller smart smash smell smile smoke smooth snake snap snarl snatch sneer sniff snort
snow soak soap soar sober social societi sock sofa soft soften softli soil solder soldier sole solid solidar soloist
solut solv some somedai somehow someon sometim somewhat somewher son sonar song soon sophist sorb sore sorrow sort
soul sound sourc south southern southpaw sovereign soviet sow space span spare spark spatial speak speaker speci
special specialist specif specifi specimen spectacl spectacular spectat specter spectral spectrum specul speech speed
spell spend sphere spheric spin spiral spirit spiritu spit splash splendid splinter split sponsor spontan sport
sportsman spot sprai sprawl spread spring sprinkl spur spy squad squar squat squeez stabil stabl staff stage stagger
stai stain stair stake stalk stall stammer stamp stand standard standpoint star stare start startl starv state
statement station statist statu statur statut steadi steadili steal steel steep steepl steer stem step stereo
stereotyp stern stick sticki stiff stiffen stiffli still stimul stimulu sting stir stock stockhold stoic stoicism
stolid stomach stone stoop stop storag store stori storm stout stove straddl strai straight straighten strain strand
strang stranger strategi straw streak stream street strength strengthen stress stretch strew strict strictli stride
strike string strip strive stroke strong strongli structur struggl stubborn stubbornli student studi studio stuff
stumbl stump stupid sturdi style subdivis subdu subject sublim submarin submiss submit subordin subsect subsequ subsid
subspac substanc substanti substitut subtl subtract suburb suburban succe success successfulli successor such suck
sudden suddenli sue suffer suffici sugar suggest suit suitcas sullen sum summar summari summer summon sun sundown
sunlight super superb superior supernatur superstit supervis supper supplement suppli support suppos suppress suprem
sure surfac surg surgeon surpass surplu surpris surprisingli surrend surround survei surviv survivor suspect suspend
suspens suspicion sustain swai swallow swamp swarm swear sweat sweep sweet sweetheart swell swerv swift swiftli swim
swing swirl switch swoop sword syllabl symbol symmetr symmetri sympathet sympathi symphon symphoni symptom synthesi
synthet system tabl tactual tag tail tailor take tale talent talk tall tangent tangl tank tap tape target task tast
tatter taunt taut tax taxi taxpay tea teach teacher team teamster tear technic techniqu technolog teen teenag
telegraph telephon televis tell temper temperatur templ temporari temporarili tempt temptat ten tend tendenc tender
tension tent tenth term termin terribl terrif territori terror test testifi testimoni text textil textur thank thaw
theater theatr theme then theolog theologi theologian theorem theoret theori therapeut therapi therapist there
thereaft therebi therefor therein thereof thereto thermal thermocoupl thermomet thick thicket thief thiev thigh thin
thing think third thirteen thirti thither thorough thoroughli though thought thoughtfulli thousand thread threat
threaten three threshold thrill throat throttl through throw thrust thu thumb thump thunder thwart thyroglobulin
thyroid thyroxin tick tide tie tight tighten tilt timber time tin tini tip tire tissu titer titl toast todai toe
togeth toilet toler tomb tomorrow ton tonal tone tongu tonight too tool tooth top topic torn torso tortur toss total
touch tough tour tournament towel tower town trace track tract trade trader tradit traditionalist traffic tragedi
tragic trai trail train tramp trampl tranc transduc transfer transform transit translat transmiss transmit transpar
transport trap travel travers tread treasur treasuri treat treatment tree treetop trembl tremend trend trial tribut
trick trigger trim trip tripl triumph troop trooper trot troubl trough truck trudg true truli trunk trust truste truth
try tsunami tub tube tuck tug tumbl tumor tune turmoil turn twelv twenti twentieth twice twine twist twitch two type
typic ultim ultrason ultraviolet unabl unadjust unanim unavoid unawar uncertain uncertainti uncl unconsci under
underground underli underlin undermin understand undertak underwai undoubtedli uneasi uneven unexpect unexpectedli
unfold unfortun unhappi unifi uniform union uniqu unit uniti univers unknown unlik unlock unmolest unnecessari unpaid
unpleas unpreced unreconstruct unsatisfactori unspeak unstabl unstructur unusu uphold upper upright uproar upset
upstair uptak upward urban urg urgent us usag useless usual util utmost utopia utopian utter utterli vacat vacuum vagu
vain valid vallei valor valu valuabl vanish vapor vari variabl variat varieti variou vase vast vastli vector veer
veget vehicl veil vein veloc vent ventur verb verbal veri verifi vers version vertex vertic vessel vest veteran viciou
victim victori view viewpoint vigor villag vindic vine violat violenc violent virgin virtu virtual viscos visibl
vision visit visitor visual vital vivid vocabulari vocat voic vollei voltag volum volunt vote voter voyag vulner wage
wagon wai wail wait wake walk wall wallop wallow wander want war ward warehous warfar warm warmth warn warrant wash
wast watch water watercolor wave wavelength waver wax weak weaken wealth weapon wear weari weather weav week weekend
weep weigh weight weird welcom well west western wet wheel while whip whirl whiskei whiski whisper whistl white whole
wholli wide widen widespread wield wife wiggl wild wildli will willing willow win wind window wine wing wink winter
wipe wire wisdom wise wish wit witch withdraw withhold within withstand witti wobbl woman wonder wood wooden word work
workbench worker workout workshop world worm worri wors worship worst worth worthi wound wrangl wrap wrath wreck
wrench wrinkl wrist write writer writh written wrong yank yard ye year yearn yell yellow yesterdai yet yield young
youth zero zinc
`;
