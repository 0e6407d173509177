// The help centre's own search: every word that carries meaning must occur, as such searches often do. That is why asking for a "return
// label" finds nothing here, although the shop does take things back: it just uses other words for it.

const noise = new Set(('a an and are as at be but by can do does for from get have how i in is it me my of on or our please the there they this to was what when '
  + 'where which who why will with you your not no if').split(' '));

const stem = word => word.replace(/(?:ies|es|s|ing|ed|'s)$/, '');

export const words = text => text.toLowerCase().normalize('NFKC').match(/[\p{L}\p{N}']+/gu)?.filter(word => !noise.has(word)).map(stem).filter(Boolean) ?? [];

export function indexOf(articles) {
  return articles.map(article => ({ article, title: new Set(words(article.title)), text: new Set(words(`${article.topic} ${article.text.join(' ')}`)) }));
}

/** Articles that hold every word of the query, those with the words in their title first. */
export function search(index, query) {
  const wanted = words(query);
  if (wanted.length === 0) return [];
  return index
    .map(entry => ({ entry, inTitle: wanted.filter(word => entry.title.has(word)).length, missing: wanted.some(word => !entry.title.has(word) && !entry.text.has(word)) }))
    .filter(hit => !hit.missing)
    .sort((a, b) => b.inTitle - a.inTitle)
    .map(hit => hit.entry.article);
}
