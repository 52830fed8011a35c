/** A long list of which only the rows in sight are in the page: 2,000 runs scroll like 20. */

/** Height of a row in CSS pixels; worklist.css says the same. */
export const ROW_PX = 60;

/** Rows beyond both edges, so that a short scroll shows no gap. */
const BEYOND = 6;

/** Rows of one height in a scrolled element; a row lives as long as its item is near the sight or has the focus. */
export class RowWindow {
  #scroller;
  #list;
  #rows;
  #items;
  #shown;

  /**
   * @param {Element} scroller with a height of its own and overflow-y
   * @param {Element} list inside it; it gets the height of all rows
   * @param {{make: (item: object) => Element, update: (row: Element, item: object) => void, keyOf: (item: object) => string}} rows
   */
  constructor(scroller, list, rows) {
    this.#scroller = scroller;
    this.#list = list;
    this.#rows = rows;
    this.#items = [];
    this.#shown = new Map();
    scroller.addEventListener('scroll', () => this.#render(), { passive: true });
    new ResizeObserver(() => this.#render()).observe(scroller);
  }

  /** Show these items, in this order; rows of items that were there stay. */
  show(items) {
    this.#items = items;
    this.#list.style.height = `${items.length * ROW_PX}px`;
    this.#render({ isNew: true });
  }

  /** Bring an item into sight, and keep its neighbours in sight too. */
  reveal(key) {
    const at = this.#items.findIndex(item => this.#rows.keyOf(item) === key);
    if (at < 0) return;
    const { scrollTop, clientHeight } = this.#scroller;
    const [above, below] = [(at - 1) * ROW_PX, (at + 2) * ROW_PX];
    if (above < scrollTop) this.#scroller.scrollTop = above;
    else if (below > scrollTop + clientHeight) this.#scroller.scrollTop = below - clientHeight;
    this.#render();
  }

  #render({ isNew = false } = {}) {
    const { first, last } = this.#span();
    const wanted = new Map();
    for (let at = first; at < last; at += 1) wanted.set(this.#rows.keyOf(this.#items[at]), at);
    for (const [key, row] of this.#shown) {
      if (!wanted.has(key) && (isNew || !row.contains(document.activeElement))) this.#drop(key, row);
    }
    let next = this.#list.firstElementChild;
    for (const [key, at] of wanted) {
      const row = this.#place(key, at, isNew);
      if (row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
  }

  #span() {
    const { scrollTop, clientHeight } = this.#scroller;
    const top = Math.min(scrollTop, Math.max(0, this.#items.length * ROW_PX - clientHeight));
    const first = Math.floor(top / ROW_PX) - BEYOND;
    const last = Math.ceil((top + clientHeight) / ROW_PX) + BEYOND;
    return { first: Math.max(0, first), last: Math.min(this.#items.length, last) };
  }

  #place(key, at, isNew) {
    const item = this.#items[at];
    const isThere = this.#shown.has(key);
    const row = isThere ? this.#shown.get(key) : this.#rows.make(item);
    this.#shown.set(key, row);
    if (!isThere || isNew) this.#rows.update(row, item);
    row.style.transform = `translateY(${at * ROW_PX}px)`;
    row.setAttribute('aria-posinset', at + 1);
    row.setAttribute('aria-setsize', this.#items.length);
    return row;
  }

  #drop(key, row) {
    this.#shown.delete(key);
    row.remove();
  }
}
