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
    mods: "for moderators", directWhat: "only you and the bot",
    unread: n => n === 1 ? "1 unread message" : `${n} unread messages`,
    messages: where => `Messages in ${where}`,
    write: where => `Write in ${where}`, writeBot: "Write to Handrail",
    send: "Send", cancel: "Cancel", save: "Save", close: "Close", more: "More for this message",
    reply: "Reply", edit: "Edit", remove: "Delete", dismiss: "Dismiss", answering: who => `Answering ${who}`,
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
    mods: "für die Moderation", directWhat: "nur du und der Bot",
    unread: n => n === 1 ? "1 ungelesene Nachricht" : `${n} ungelesene Nachrichten`,
    messages: where => `Nachrichten in ${where}`,
    write: where => `In ${where} schreiben`, writeBot: "An Handrail schreiben",
    send: "Senden", cancel: "Abbrechen", save: "Speichern", close: "Schließen", more: "Mehr zu dieser Nachricht",
    reply: "Antworten", edit: "Bearbeiten", remove: "Löschen", dismiss: "Ausblenden",
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
  es: {
    skip: "Saltar a las conversaciones",
    tagline: "Una pequeña comunidad en esta máquina. Tú representas a todas las personas.",
    pages: "Páginas", community: "Comunidad", moveClock: "Adelantar el reloj",
    hour: "+1 hora", day: "+1 día", week: "+1 semana",
    youAre: "Eres", addPerson: "Añadir una persona", sides: "Lado",
    discord: "Como en Discord", matrix: "Como en Matrix",
    discordWhat: "botones, formularios, respuestas privadas", matrixWhat: "salas sencillas, !comandos, números",
    member: "miembro", moderator: "moderación", owner: "dirección",
    places: "Lugares", rooms: "Canales", roomsM: "Salas", direct: "Directo", bot: "Handrail", botTag: "bot",
    mods: "para el equipo de moderación", directWhat: "solo tú y el bot",
    unread: n => n === 1 ? "1 mensaje sin leer" : `${n} mensajes sin leer`,
    messages: where => `Mensajes en ${where}`,
    write: where => `Escribir en ${where}`, writeBot: "Escribir a Handrail",
    send: "Enviar", cancel: "Cancelar", save: "Guardar", close: "Cerrar", more: "Más para este mensaje",
    reply: "Responder", edit: "Editar", remove: "Borrar", dismiss: "Ocultar", answering: who => `Respuesta a ${who}`,
    editing: "Estás editando tu mensaje", edited: "editado", deleted: "Este mensaje fue borrado.",
    onlyYou: "Solo tú puedes ver esto", used: (who, what) => `${who} usó ${what}`,
    original: "un mensaje que ya no está", today: "Hoy", choose: "Elegir…", choices: "Opciones", take: "Elegir",
    commands: "Comandos", suggestions: "Sugerencias", optional: "opcional", none: "–",
    slashHint: "Escribe / para ver qué puede hacer Handrail.",
    emptyD: "Aquí hay silencio. Escribe / y elige un comando, o simplemente escribe algo.",
    emptyDmD: "Esto queda entre tú y Handrail. Escribe /start para empezar, o /help.",
    emptyM: "Aquí hay silencio. Escribe !help, o simplemente escribe algo.",
    emptyDmM: "Esto queda entre tú y Handrail, así que un comando no necesita «!». Escribe start para empezar, o help.",
    emptyMods: "Aquí solo están moderación y dirección. Lo que necesita a una persona aparece en esta sala.",
    gone: "Saliste de este lado de la comunidad.", comeBack: "Volver", leave: "Salir",
    language: "Idioma", aboutPerson: who => `Ajustes de ${who}`, hereAs: "Está en",
    newPerson: "Una persona nueva", name: "Nombre", moderatorToo: "Es del equipo de moderación", add: "Añadir",
    required: "necesario", file: "Archivo", open: "Abrir la imagen",
    lost: "Lo que escribiste antes ya no está guardado. Escríbelo de nuevo, por favor.",
    offline: "Sin conexión con el proceso del bot. Intentando de nuevo…",
    away: "El bot no está en marcha. Lo que escribas lo espera.",
    unanswered: "El bot no pudo responder a esto. Lo intentará otra vez cuando se inicie de nuevo.",
    moving: "Adelantando el reloj…", itIs: when => `Ahora es: ${when}.`, copied: "Está en la línea de abajo.",
    "error:empty": "Todavía no hay nada que enviar.", "error:too-long": "Es demasiado largo para un mensaje.",
    "error:not-here": "Saliste de este lado. Vuelve antes.",
    "error:not-open-to-you": "Este lugar no está abierto para ti.",
    "error:no-such-message": "Ese mensaje ya no está.",
    "error:no-such-choice": "Esa opción ya no está.",
    "error:no-such-command": "El bot no ofrece eso en este momento.",
    "error:not-yours": "Eso solo se puede con tus propios mensajes.",
    "error:form-closed": "Este formulario ya no está abierto. Empieza de nuevo, por favor.",
    "error:name-taken": "Alguien aquí ya tiene ese nombre.", "error:no-name": "Escribe un nombre, por favor.",
    error: "No funcionó. Inténtalo de nuevo, por favor.",
  },
};

let language = "en";

export function speak(locale) {
  const wanted = locale.toLowerCase().split(/[-_]/)[0];
  language = Object.hasOwn(WORDS, wanted) ? wanted : "en";
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
