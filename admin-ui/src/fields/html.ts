// What of a stored HTML text may come alive in the editor: the tags of ordinary prose, and no attribute that could run.

const TAGS = new Set(
  'A B BLOCKQUOTE BR CODE DIV EM FIGCAPTION FIGURE H1 H2 H3 H4 H5 H6 HR I IMG LI OL P PRE S SPAN STRONG SUB SUP TABLE TBODY TD TH THEAD TR U UL'.split(
    ' ',
  ),
);
const DROPPED = new Set(
  'SCRIPT STYLE IFRAME OBJECT EMBED TEMPLATE NOSCRIPT HEAD TITLE META LINK BASE SVG MATH'.split(' '),
);
const ATTRIBUTES: { [tag: string]: string[] } = {
  A: ['href', 'target', 'rel', 'title'],
  IMG: ['src', 'alt', 'width', 'height'],
};
const SAFE_ADDRESS = /^(https?:|mailto:|tel:|\/|#|data:image\/(png|jpe?g|gif|webp);)/i;

/** The text with everything else taken out (its content stays, scripts go as a whole). */
export function safeHtml(html: string): string {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  clean(body);
  return body.innerHTML;
}

function clean(parent: Element): void {
  for (const node of [...parent.childNodes]) {
    if (node.nodeType === Node.COMMENT_NODE) node.remove();
    if (!(node instanceof Element)) continue;
    const tag = node.tagName.toUpperCase();
    if (DROPPED.has(tag)) {
      node.remove();
      continue;
    }
    clean(node);
    if (TAGS.has(tag)) cleanAttributes(node, ATTRIBUTES[tag] ?? []);
    else node.replaceWith(...node.childNodes);
  }
}

function cleanAttributes(node: Element, allowed: string[]): void {
  for (const { name, value } of [...node.attributes]) {
    const address = name === 'href' || name === 'src';
    if (!allowed.includes(name) || (address && !SAFE_ADDRESS.test(value.trim()))) node.removeAttribute(name);
  }
}

/** The words of an HTML text in one line. */
export function htmlLine(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
