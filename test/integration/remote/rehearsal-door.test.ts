import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PROBES = 'src/remote/probes';
const program = (path: string) => readFileSync(`${PROBES}/${path}.py`, 'utf8');

/** A server that says which packet it got, and a client that sends what a test wants. */
const SCENE = `
import threading
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(4)
def serve():
    while True:
        client, _ = server.accept()
        with client:
            got = client.recv(1000)
            client.sendall(b"server got " + str(len(got)).encode())
threading.Thread(target=serve, daemon=True).start()
door = open_door(PARAMETERS["folder"], "side", "127.0.0.1", server.getsockname()[1])
client = socket.socket(socket.AF_UNIX)
client.settimeout(5)
client.connect(os.path.join(PARAMETERS["folder"], SOCKET))
said = []
for packet in PARAMETERS["packets"]:
    client.sendall(bytes.fromhex(packet))
    try:
        said.append(client.recv(1000).decode("latin-1"))
    except OSError as problem:
        said.append(type(problem).__name__)
print(json.dumps(said))
`;

function packet(code: number, text = ''): string {
  const body = Buffer.from(text, 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.writeUInt32BE(code, 4);
  return Buffer.concat([head, body]).toString('hex');
}

const LOGIN = 196_608;
const TLS = 80_877_103;
const login = (...words: readonly string[]) => packet(LOGIN, `${words.join('\0')}\0\0`);

describe('the door of a rehearsal', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'door-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function knock(...packets: readonly string[]): readonly string[] {
    const source = ['lib/core', 'rehearsal/lib/door'].map(program).join('\n') + SCENE;
    const parameters = JSON.stringify({ root: folder, folder, packets });
    return JSON.parse(execFileSync('python3', ['-I', '-c', source, parameters], { encoding: 'utf8' }));
  }

  it('lets a login to the side database through, to the letter', () => {
    const wanted = login('user', 'site', 'database', 'side', 'application_name', 'x');

    expect(knock(wanted)).toEqual([`server got ${wanted.length / 2}`]);
  });

  it('says no to encryption, and waits for the login', () => {
    expect(knock(packet(TLS), login('user', 'site', 'database', 'side'))).toEqual([
      'N',
      expect.stringContaining('server got'),
    ]);
  });

  it.each<[string, string]>([
    ['another database', login('user', 'site', 'database', 'live')],
    ['no database, which means the name of the user', login('user', 'live')],
    [
      'the right one first, and another one behind it',
      login('database', 'side', 'user', 'x', 'database', 'live'),
    ],
    ['the right one as a value only', login('user', 'live', 'options', 'side')],
    ['a longer name', login('user', 'x', 'database', 'side_live')],
    ['none at all', packet(LOGIN)],
  ])('refuses %s', (_what, wanted) => {
    const [said] = knock(wanted);

    expect(said).toMatch(/^E[\s\S]+a rehearsal reaches only the database "side"/);
  });

  it.each([
    ['a packet that is too long', 'ffffffff00030000'],
    ['a packet that is shorter than its head', '0000000400030000'],
  ])('hears nothing of %s', (_what, wanted) => {
    expect(knock(wanted)).toEqual(['']);
  });
});
