"""How usual words are in chat, in the five languages together: in one of thirty lines, in one of a hundred, in one of
three hundred. A phrase is looked for by its rarest words; only speed hangs on it.
"""

from __future__ import annotations

_EVERYWHERE = """
a about al alguem alguien all an and ans as at au auf aus avec bei bin ca ce cest com como con da dans das de del den
der des dia die do du e ein el em en es esse est esta estoy et eu fait foi for fur got hab hat heute hoje hoy i ich
ihr il im in is ist it its ja jai je jetzt la las le les lo los ma mais manana mas me mein meine mes meu mi mich minha
mir mit moi mon my na nao nicht no noch nur o of on one para pas plus por pour pra que quem qui se si sin so suis sur
ta tengo that the this to tout um uma un una und une von vous war was we wer wie wieder wir with y ya yo you zu
"""
_OFTEN = """
ab abend aber acabou after again agora ahora ai ainda ajuda alle alles als am amanha ano anos antes any anyone ao
apres aqui are ate auch aujourdhui aux avant ayer ayuda back be because been beim belle bem besser best better bien
bis bit bitte boa bom bon bonne bueno but by cada cafe came can canal cant casa cetait cette chefe cherche chez chien
chorei clase comigo comme comment cours cuando danke dann dass day dead deja dem demain demais depois depuis desde
despues desse deu deux dias dice dich did died diese dimanche dir dit does dois domingo dont dos down drei eine einen
einer einfach ele elle encore end ende endlich er era esa ese eso essa este estou euch everyone faire fais faut faz
fazer feel fertig fez ficou filho fin final first fiz fois from fue fui garde geht gehts gente gestern get go going
good gracias grad grupo gut gute ha haben hace hacer had han has hasta have hay he help her here heures heut hier hijo
his hora horas hours how ici if ill immer isso ive jahren jaja jemand jogo jour journee just juste kann kein keine
kill know kommt laisse last leben left leute life like llevo lol long lost luego macht made madre mae mal mama man
mange manha manque marche mari matin mdr mehr meinen meiner meio mejor melhor merci mere mesmo mis monde more morgen
morrer morreu mort morte mourir much muito muss muy nach nada nadie ne need nein nem nen neue never new ni nie night
ninguem nobody noche noite non nos not nous nova novo now nuevo nuit nunca obrigada obrigado oder off ohne ok old only
ont ontem or os otra ou our out outra over padre pai par parle paso passe pela people perdi perdu pero petit peu peut
please primeiro primera pro prof profe q quand quando quedo quelquun quer quero quien quiero quoi raus reuniao rien
sabe sagt said salio sans saudade says schon school seis seit sem semaine semana ser sest she sich sie siempre siento
since sind sinto sleep sobre soir solo someone son sont sorry sou soy sterben still stunden su suicide tag tarde te
tell tem tempo tenho thanks thats them then there they three tiene time toca toda today todo todos tomorrow ton
tonight too took tot toujours tous trabajo trabalho tres trois trop tu tudo turno two uber uhr uns up va vai vais ver
veut vez vida vie viel vivir vom vor vos vou voy want week weiss wenn went were what whats when who will wird without
work year years your zum zwei
"""
_SOMETIMES = """
abrazo abuela abuelo aca acabe acabo achei acho acht acordei adieu adios ago agua aguento ah ahi algo alguna allein
allen almoco alone alors already also alter always amiga amor ando aniversario annee anoche another anybody anything
aos apoio app aprender aprendeu aprendi aprendiendo arbeit arrive arroz arzt asi ask asked assim aucune audio aula aun
aussi auto avait avez avo avoir away baby bad baja bajo banco banho barulho bateria beau beaucoup bebe bed before
being bekommen ben bestanden beste bett birthday bisschen bist bloque bolo bonjour book boss bot boucle bought boulot
bout bras brauch bravo bring bringt broke brother bruder bruit buch buen buena buenas bureau buro bus c cabeca cabeza
cachorro cade cadeira cae cai caiu caixa cake call called calls calor cama cambio canape cancelled cancion cansada
capitulo car cara carro carta casamento casi cat causa cebolla celular certo cha chama change channel chanson
character chat chaud check chef chegou cheguei choveu chuva cidade cinco cincuenta cita claro clases class club clube
coche cocina coffee coisa coisas cole colega collegues come comer comeu comi comida comio compre comprei comprends
compris compte consegui conta contente controle conversar corte corto cosa cosas could coup coupe creo cried crying
cual cuanto cuarenta cuatro cuenta cuesta cuidado culpa curso cut d dabei dad damals dan dano darf dark days dazu
death decir dein dejo dela dele demande dernier derniere desculpa dessus detesto detre deutsch devant didnt dieron
dieser dieses dieta diez dije dijo dinner dire dis disse disso dix diz dizer doce doch doesnt dog doing donc donde
done donne door dor dormi dormir druck duas duele duermo dun dune durch dying eat eating echt eigentlich einem einmal
eins ela eleves ella else eltern empiezo encima encuentro ending enfants enfin english enquanto ensayo entendi
entiendo entre envie equipo errada errado erst erste ersten escola escribo espanol esqueci essen estamos estan estar
estava esto estudiar estuve estuvo etait ete etre euros evento ever every everybody everything exam examen faim fala
falar fallt falta faltou familia famille fast fatal favor fazendo feeling feet feira feliz fell ferias ferme fete fica
ficar fico fil fila filha filhos film filme fils fim finally finalmente find finde findet fine fini finir fiquei five
flat flemme forgot foto fotos found four francais frau free freitag frere freundin friday friend friends frio fuhl
full funf furs gagne galera game ganas ganhei gano ganz ganzen gateau gato gave geburtstag gefunden gegen geh gehen
gelernt gemacht genau genommen gern gesagt geschlafen gesehen gestorben gets geworden gibts giving glad glaub gleich
gluck goes gone gonna goodbye grand grande great greve gros group groupe gruppe guarda guerra guilde gusta gusto guten
habe habia habla hablar hablo hacerme haciendo hago haha half halt hambre handy hangt happy hard harm hasse hast hate
hatte haus having hear hecho heim heisst hello hermana hermano hes heure hi hice hija hijos hilfe hilft hilo him
historia hj hola home honte hor horario hort hour house hund hurt id idea idee igual ils ins inteira into ir irma
irmao jahr jahre jaime jajaj jajaja jamais javais jeden jefe jen jetais jeu jeudi job jogar joue jours jsuis juego
jueves juro jusqua kaffee katze keep keiner kennt kids killed kind kinder kitchen kkk kkkk klar klasse kleiner klingt
konnt kopf krieg kuche kuchen kurz lange laptop late lauft lavadora lave leau leave leaving leer leo lequipe lesen let
letra letzten letzter levei levo leyendo libro lied liga ligne lindo line linea linha link lire lis lit live livre
livro llamada llamar llega llego llegue lleva llorar llore lloro lluvia logo longtemps look looks lot love lovely lui
lunch lundi lunes luz mach machen mag maintenant maison make makes mala malade maman manda mandei mando mandou mann
mano mar mardi marido martes marzo mata matar mate mathe mato matou mauvais media medico meeting meia meinem meme
menos mensagem mensaje mesa meses mets meus micro miedo mieux mil mim min minuten minutes minutos mio mira mise mismo
miss mods moins mois monday montag month mori morir morirme morning morre morri mot mots moved movil moving mucho
mudanca mude mudou muero muerta muerte muerto muita mum mums mundo murio musica mutter myself nachbarn nachste nacht
name nas natal navidad necesito needs nesse neu neuen next nice nichts niemand nine nino nivel nix noches nochmal
nombre nome normal nota nothing notre nouveau novela nueva nueve null numa number nummer ob obra ocho odeio odio
oficina oi ojo olvido oma once oncle onde onibus opa open other otimo otro oublie ouco oui outro ouvert ouvir own
paciencia padres pain pais pan panne pao papa parents parler part partida partido partie party pasa pase passa passed
passei passou passt pastel pause pc pe pedir pediu peli pelo pena pendant pense pensez perdon pere pereza perguntou
perro perso person personagem personaje personne pessoal pessoas petite petits peux phone photo pienso piscine piso
pizza place plantao plante play plaza pleure poco pode ponen poner pongo ponto porque porte portugues posso post poste
pouco pourquoi pq precisa preciso preco prefere preguica pregunto premier premiere prends prevention primeira primer
pris prise professora propria prova prufung psy puede puedo puerta pues puesto puis pull punto puse pusieron put qual
qualquer quarto quase quatre quede queijo quel quelle querer queria question quiere quiet quil quinta quinze quito
quitte quon raid rain rate rato read reading reais really receita reden redet regarde regen rein rendu rentre repond
repondre ressemble reste reunion richtig right rir risa role room ropa roupa rua rucken ruft ruhig ruim run sa sabado
sad sagen sai sais saiu sala sale salgo sali salle salon same samedi samstag sang sao saque saturday saute say schickt
schlaf schlecht schreib schreibt sea season sechs second secours see segunda sehen sehr sei seid sein selbst self
semanas send senora sens sept septembre serie server serveur service servidor ses sessao set seul seule sexta shes
shift should show sieht siete sigo sigue silencio sim sister sitz six slept soeur sofa sogra sohn soiree sol sola soll
somebody something somos song sonntag sono sopa sortie soup soupe sous sozinha sozinho sport steht stirbt stop story
suche suegra suena sueno suicidal suicidio sunday super supprime svp table tage take tal talk tambien tan tao tas tava
tea teacher team teclado telefono telephone tellement tema temps ten tentative ter terapia terca terminei tes test
tete teve than thank thema theres these theyre thing think thoughts through tia tiempo till tinha tio tired tirei tiro
tive toast toco tod todas todavia toi told tomei tou tour tourne toute toutes toy trabajar train traurig triste
trotzdem trouve tue tuer tuesday turma tut ultima ultimo unas under uno unser unsere unter update urlaub us use used
ustedes vacaciones vale vamos van vater vc vcs veces vecina vecino veinte veio velho velo vem vemos vendo vendredi
verdad vergessen vergonha verguenza verloren very veux vezes vi vide viejo viendo viene vient vier viernes vieron
vieux village vino vinte violent virou visto vite viu viver vivo vivre vizinho vo vocal voce voces voice voir voll
volta voltei volto vontade vorbei voulais voz vu vuelvo wait walk wann wants waren wars warum way wedding weeks weg
wegen weh weil weiter welche well werden whatsapp where which while whole whos why wife wirklich wo woche wochen
wochenende wollt wollte wont world worst would write wrong yes youre zehn zeit zero zieht zug zur zuruck zweiten
"""

_USUAL = ((_SOMETIMES, 5.0), (_OFTEN, 15.0), (_EVERYWHERE, 80.0))
SHARES = {word: share for words, share in _USUAL for word in words.split()}
RARE = 0.3


def share(word: str) -> float:
    """In how many of a thousand lines a word stands, roughly."""
    return SHARES.get(word, RARE)
