// A person on Matrix with Element's own client library and its rust crypto, who trusts signed devices alone.
//
// Reads one command a line from standard input, as JSON, and answers each with one line; what is heard is printed as it
// comes. Knows nothing of the bot.
import { createInterface } from "node:readline";

// Node 20 has all that the library needs but this.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const sdk = await import("matrix-js-sdk");
const { logger } = await import("matrix-js-sdk/lib/logger.js");
const { OnlySignedDevicesIsolationMode } = await import("matrix-js-sdk/lib/crypto-api/index.js");

logger.disableAll?.();
for (const name of ["log", "info", "warn", "debug", "trace"]) console[name] = () => {};
const tell = (what) => process.stdout.write(JSON.stringify(what) + "\n");

let client;

async function enter({ url, user, password }) {
  const first = sdk.createClient({ baseUrl: url });
  const login = await first.loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user },
    password,
    initial_device_display_name: "Element, nearly",
  });
  client = sdk.createClient({
    baseUrl: url,
    userId: login.user_id,
    deviceId: login.device_id,
    accessToken: login.access_token,
  });
  await client.initRustCrypto({ useIndexedDB: false });
  const crypto = client.getCrypto();
  crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
  client.on(sdk.MatrixEventEvent.Decrypted, (event) => hear(event));
  client.on(sdk.RoomEvent.Timeline, (event, room, toStart) => {
    if (!toStart && !event.isEncrypted()) hear(event);
  });
  await client.startClient({ initialSyncLimit: 20 });
  await new Promise((ready) => {
    client.on(sdk.ClientEvent.Sync, (state) => state === "PREPARED" && ready());
  });
  await crypto.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: async (upload) => {
      await upload({ type: "m.login.password", identifier: { type: "m.id.user", user }, password });
    },
  });
  return { user: login.user_id, device: login.device_id };
}

async function hear(event) {
  if (event.getType() !== "m.room.message" && !event.isDecryptionFailure()) return;
  const info = event.isEncrypted() ? await client.getCrypto().getEncryptionInfoForEvent(event) : null;
  tell({
    heard: event.getContent().body ?? "",
    room: event.getRoomId(),
    by: event.getSender(),
    failed: event.isDecryptionFailure() ? String(event.decryptionFailureReason) : null,
    shield: info === null ? null : info.shieldColour,
  });
}

const verbs = {
  enter,
  async who() {
    return { user: client.getUserId() };
  },
  async begin({ invite }) {
    const made = await client.createRoom({
      preset: "trusted_private_chat",
      is_direct: true,
      invite: [invite],
      initial_state: [
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      ],
    });
    return { room: made.room_id };
  },
  async join({ room }) {
    await client.joinRoom(room);
    return {};
  },
  // What opening the client anew does: look at everything once more.
  async again({ room }) {
    await client.getCrypto().getUserDeviceInfo(client.getRoom(room).getMembers().map((one) => one.userId), true);
    for (const event of client.getRoom(room).getLiveTimeline().getEvents()) {
      if (event.isDecryptionFailure()) await event.attemptDecryption(client.getCrypto(), { isRetry: true });
    }
    return {};
  },
  async members({ room, count }) {
    for (;;) {
      const known = client.getRoom(room);
      if (known && known.getJoinedMemberCount() >= count) return {};
      await new Promise((later) => setTimeout(later, 50));
    }
  },
  async say({ room, text }) {
    const sent = await client.sendTextMessage(room, text);
    return { event: sent.event_id };
  },
};

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const { verb, ...rest } = JSON.parse(line);
  try {
    tell({ done: verb, ...(await verbs[verb](rest)) });
  } catch (error) {
    tell({ done: verb, error: String(error) });
  }
}
client?.stopClient();
process.exit(0);
