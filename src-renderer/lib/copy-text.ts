/** Puts a text on the clipboard that may still be on its way: browsers let a page write there only in answer to the click itself. */
export async function copyText(text: Promise<string>): Promise<void> {
  const content = text.then((characters) => new Blob([characters], { type: 'text/plain' }));
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': content })]);
}
