// The page's own words, in the chosen person's language. What the bot says comes rendered.

const WORDS = {
  en: {
    skip: "Skip to the conversations",
    tagline: "A small community on this machine. You play everybody.",
    pages: "Pages", community: "Community", moveClock: "Move the clock forward",
    hour: "+1 hour", day: "+1 day", week: "+1 week",
    youAre: "You are", addPerson: "Add a person", sides: "Side",
    discord: "As on Discord", matrix: "As on Matrix",
    discordWhat: "buttons, forms, private answers", matrixWhat: "plain rooms, !commands, numbers",
    member: "member", moderator: "moderator", owner: "owner",
    places: "Places", rooms: "Channels", roomsM: "Rooms", direct: "Direct", bot: "Handrail", botTag: "bot",
    mods: "for moderators", directWhat: "only you and the bot", ownWhat: "you and your buddy, through the bot",
    unread: n => n === 1 ? "1 unread message" : `${n} unread messages`,
    messages: where => `Messages in ${where}`,
    write: where => `Write in ${where}`, writeBot: "Write to Handrail",
    send: "Send", cancel: "Cancel", save: "Save", close: "Close", more: "More for this message",
    like: "Put a ❤️ under it", unlike: "Take the ❤️ away", reply: "Reply", edit: "Edit", remove: "Delete", dismiss: "Dismiss", answering: who => `Answering ${who}`,
    editing: "Editing your message", edited: "edited", deleted: "This message was deleted.",
    onlyYou: "Only you can see this", used: (who, what) => `${who} used ${what}`,
    original: "a message that is gone", today: "Today", choose: "Choose…", choices: "Choices", take: "Choose",
    commands: "Commands", suggestions: "Suggestions", optional: "optional", none: "–",
    slashHint: "Type / to see what Handrail can do.",
    emptyD: "It is quiet here. Type / and choose a command, or just write.",
    emptyDmD: "This is between you and Handrail. Type /start to begin, or /help.",
    emptyM: "It is quiet here. Type !help, or just write.",
    emptyDmM: "This is between you and Handrail, so a command needs no “!”. Type start to begin, or help.",
    emptyMods: "Only moderators and owners are here. What needs a person appears in this room.",
    gone: "You have left this side of the community.", comeBack: "Come back", leave: "Leave",
    language: "Language", aboutPerson: who => `Settings of ${who}`, hereAs: "Member of",
    newPerson: "A new person", name: "Name", moderatorToo: "Is a moderator", add: "Add",
    required: "needed", file: "File", open: "Open the picture",
    lost: "What you typed earlier is no longer kept, so please fill it in again.",
    offline: "No connection to the process of the bot. Trying again…",
    away: "The bot is not running. What you write waits for it.",
    unanswered: "The bot could not answer this. It will try again when it is started anew.",
    moving: "Moving the clock…", itIs: when => `It is now ${when}.`, copied: "Put into the line below.",
    "error:empty": "There is nothing to send yet.", "error:too-long": "That is too long for one message.",
    "error:not-here": "You have left this side. Come back first.",
    "error:not-open-to-you": "This place is not open to you.",
    "error:no-such-message": "That message is not there any more.",
    "error:no-such-choice": "That choice is not there any more.",
    "error:no-such-command": "The bot does not offer that right now.",
    "error:not-yours": "You can only do this with your own messages.",
    "error:form-closed": "This form is no longer open. Please start again.",
    "error:name-taken": "Somebody here already has that name.", "error:no-name": "Please write a name.",
    error: "That did not work. Please try again.",
  },
  de: {
    skip: "Zu den Gesprächen springen",
    tagline: "Eine kleine Gemeinschaft auf diesem Rechner. Du spielst alle.",
    pages: "Seiten", community: "Gemeinschaft", moveClock: "Die Uhr vorstellen",
    hour: "+1 Stunde", day: "+1 Tag", week: "+1 Woche",
    youAre: "Du bist", addPerson: "Person hinzufügen", sides: "Seite",
    discord: "Wie auf Discord", matrix: "Wie auf Matrix",
    discordWhat: "Knöpfe, Formulare, private Antworten", matrixWhat: "schlichte Räume, !Befehle, Zahlen",
    member: "Mitglied", moderator: "Moderation", owner: "Leitung",
    places: "Orte", rooms: "Kanäle", roomsM: "Räume", direct: "Direkt", bot: "Handrail", botTag: "Bot",
    mods: "für die Moderation", directWhat: "nur du und der Bot", ownWhat: "du und dein Buddy, über den Bot",
    unread: n => n === 1 ? "1 ungelesene Nachricht" : `${n} ungelesene Nachrichten`,
    messages: where => `Nachrichten in ${where}`,
    write: where => `In ${where} schreiben`, writeBot: "An Handrail schreiben",
    send: "Senden", cancel: "Abbrechen", save: "Speichern", close: "Schließen", more: "Mehr zu dieser Nachricht",
    like: "Ein ❤️ darunter setzen", unlike: "Das ❤️ wegnehmen", reply: "Antworten", edit: "Bearbeiten", remove: "Löschen", dismiss: "Ausblenden",
    answering: who => `Antwort an ${who}`,
    editing: "Du bearbeitest deine Nachricht", edited: "bearbeitet", deleted: "Diese Nachricht wurde gelöscht.",
    onlyYou: "Nur du kannst das sehen", used: (who, what) => `${who} hat ${what} benutzt`,
    original: "eine Nachricht, die es nicht mehr gibt", today: "Heute", choose: "Auswählen …", choices: "Auswahl",
    take: "Wählen", commands: "Befehle", suggestions: "Vorschläge", optional: "freiwillig", none: "–",
    slashHint: "Tippe /, um zu sehen, was Handrail kann.",
    emptyD: "Hier ist es still. Tippe / und wähle einen Befehl, oder schreib einfach etwas.",
    emptyDmD: "Das hier bleibt zwischen dir und Handrail. Tippe /start, um anzufangen, oder /help.",
    emptyM: "Hier ist es still. Tippe !help, oder schreib einfach etwas.",
    emptyDmM: "Das hier bleibt zwischen dir und Handrail; ein Befehl braucht hier kein „!“. Tippe start, um anzufangen, oder help.",
    emptyMods: "Hier sind nur Moderation und Leitung. Was einen Menschen braucht, erscheint in diesem Raum.",
    gone: "Du hast diese Seite der Gemeinschaft verlassen.", comeBack: "Zurückkommen", leave: "Verlassen",
    language: "Sprache", aboutPerson: who => `Einstellungen von ${who}`, hereAs: "Dabei",
    newPerson: "Eine neue Person", name: "Name", moderatorToo: "Gehört zur Moderation", add: "Hinzufügen",
    required: "nötig", file: "Datei", open: "Das Bild öffnen",
    lost: "Was du vorher geschrieben hast, ist nicht mehr da. Bitte fülle es noch einmal aus.",
    offline: "Keine Verbindung zum Prozess des Bots. Ein neuer Versuch läuft …",
    away: "Der Bot läuft nicht. Was du schreibst, wartet auf ihn.",
    unanswered: "Der Bot konnte darauf nicht antworten. Er versucht es wieder, wenn er neu gestartet wird.",
    moving: "Die Uhr wird vorgestellt …", itIs: when => `Es ist jetzt ${when}.`, copied: "Steht jetzt in der Zeile unten.",
    "error:empty": "Es gibt noch nichts zu senden.", "error:too-long": "Das ist zu lang für eine Nachricht.",
    "error:not-here": "Du hast diese Seite verlassen. Komm erst zurück.",
    "error:not-open-to-you": "Dieser Ort steht dir nicht offen.",
    "error:no-such-message": "Diese Nachricht gibt es nicht mehr.",
    "error:no-such-choice": "Diese Auswahl gibt es nicht mehr.",
    "error:no-such-command": "Das bietet der Bot gerade nicht an.",
    "error:not-yours": "Das geht nur mit deinen eigenen Nachrichten.",
    "error:form-closed": "Dieses Formular ist nicht mehr offen. Bitte fang noch einmal an.",
    "error:name-taken": "Hier heißt schon jemand so.", "error:no-name": "Bitte schreib einen Namen.",
    error: "Das hat nicht geklappt. Bitte versuch es noch einmal.",
  },
  fr: {
    skip: "Aller aux conversations",
    tagline: "Une petite communauté sur cette machine. Tu joues tout le monde.",
    pages: "Pages", community: "Communauté", moveClock: "Avancer l'horloge",
    hour: "+1 heure", day: "+1 jour", week: "+1 semaine",
    youAre: "Tu es", addPerson: "Ajouter une personne", sides: "Côté",
    discord: "Comme sur Discord", matrix: "Comme sur Matrix",
    discordWhat: "boutons, formulaires, réponses privées", matrixWhat: "salons simples, !commandes, numéros",
    member: "membre", moderator: "modération", owner: "responsable",
    places: "Lieux", rooms: "Salons", roomsM: "Salons", direct: "Privé", bot: "Handrail", botTag: "bot",
    mods: "pour la modération", directWhat: "seulement toi et le bot",
    unread: n => n === 1 ? "1 message non lu" : `${n} messages non lus`,
    messages: where => `Messages dans ${where}`,
    write: where => `Écrire dans ${where}`, writeBot: "Écrire à Handrail",
    send: "Envoyer", cancel: "Annuler", save: "Enregistrer", close: "Fermer", more: "Plus pour ce message",
    reply: "Répondre", edit: "Modifier", remove: "Supprimer", dismiss: "Masquer", answering: who => `Réponse à ${who}`,
    editing: "Tu modifies ton message", edited: "modifié", deleted: "Ce message a été supprimé.",
    onlyYou: "Personne d'autre que toi ne voit ceci", used: (who, what) => `${who} a utilisé ${what}`,
    original: "un message qui n'existe plus", today: "Aujourd'hui", choose: "Choisir…", choices: "Choix",
    take: "Choisir", commands: "Commandes", suggestions: "Suggestions", optional: "facultatif", none: "–",
    slashHint: "Tape / pour voir ce que Handrail sait faire.",
    emptyD: "C'est calme ici. Tape / et choisis une commande, ou écris simplement.",
    emptyDmD: "Ceci reste entre Handrail et toi. Tape /start pour commencer, ou /help.",
    emptyM: "C'est calme ici. Tape !help, ou écris simplement.",
    emptyDmM: "Ceci reste entre Handrail et toi, alors une commande n'a pas besoin de « ! ». Tape start ou help.",
    emptyMods: "Ici, il n'y a que la modération et les responsables. Ce qui demande une personne apparaît dans ce salon.",
    gone: "Tu as quitté ce côté de la communauté.", comeBack: "Revenir", leave: "Quitter",
    language: "Langue", aboutPerson: who => `Réglages de ${who}`, hereAs: "Membre de",
    newPerson: "Une nouvelle personne", name: "Nom", moderatorToo: "Fait partie de la modération", add: "Ajouter",
    required: "nécessaire", file: "Fichier", open: "Ouvrir l'image",
    lost: "Ce que tu avais écrit n'est plus gardé. Remplis-le encore une fois.",
    offline: "Pas de connexion avec le processus du bot. Nouvel essai…",
    away: "Le bot ne tourne pas. Ce que tu écris l'attend.",
    unanswered: "Le bot n'a pas pu répondre. Il réessaiera quand il sera redémarré.",
    moving: "L'horloge avance…", itIs: when => `Il est maintenant ${when}.`, copied: "Mis dans la ligne du bas.",
    "error:empty": "Il n'y a encore rien à envoyer.", "error:too-long": "C'est trop long pour un seul message.",
    "error:not-here": "Tu as quitté ce côté. Reviens d'abord.",
    "error:not-open-to-you": "Ce lieu ne t'est pas ouvert.",
    "error:no-such-message": "Ce message n'existe plus.",
    "error:no-such-choice": "Ce choix n'existe plus.",
    "error:no-such-command": "Le bot ne propose pas ça en ce moment.",
    "error:not-yours": "Ça ne marche qu'avec tes propres messages.",
    "error:form-closed": "Ce formulaire n'est plus ouvert. Recommence.",
    "error:name-taken": "Quelqu'un ici porte déjà ce nom.", "error:no-name": "Écris un nom.",
    error: "Ça n'a pas marché. Réessaie.",
  },
};

let language = "en";

export function speak(locale) {
  const own = locale.toLowerCase().split("-")[0];
  language = Object.hasOwn(WORDS, own) ? own : "en";
  document.documentElement.lang = language;
  return language;
}

export function t(key, ...args) {
  const found = WORDS[language][key] ?? WORDS.en[key] ?? WORDS[language].error;
  return typeof found === "function" ? found(...args) : found;
}

const format = (when, options) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options).format(when);

export const clockTime = when => format(when, { hour: "2-digit", minute: "2-digit" });
export const day = when => format(when, { weekday: "long", day: "numeric", month: "long" });
export const moment = when =>
  format(when, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
export const size = bytes =>
  bytes < 1000 ? `${bytes} B` : `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1000)} kB`;

export function languageName(tag) {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
