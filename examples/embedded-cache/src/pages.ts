/** What is worth caching: pages that take long to render, for which a line repeated stands here. */

export const PAGES = 40_000

export function renderPage(id: number): string {
  return `<li>line of page ${id}</li>\n`.repeat(40)
}

export function pageKey(id: number): string {
  return `page:${id}`
}
