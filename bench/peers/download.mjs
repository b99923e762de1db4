/**
 * Downloads an address again and again, in a process of its own so that a measurement beside it is not slowed down. Ends
 * after `times` downloads, and prints the bytes of each.
 *
 *   node download.mjs <url> <token> [times]
 */
const [url, token, times = "1000000"] = process.argv.slice(2);
for (let time = 0; time < Number(times); time++) {
  const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  let bytes = 0;
  for await (const chunk of reply.body) bytes += chunk.length;
  console.log(bytes);
}
