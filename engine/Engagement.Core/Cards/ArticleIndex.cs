using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Engagement.Core.Needs;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>
/// A site's titles by their n-grams (whole words, and three or four characters within them, which meet forms, compounds and slips of words alike).
/// Immutable, thread-safe; a search costs what its n-grams have titles.
/// <para>How a search is scored: (1) stop words go. (2) Each n-gram weighs the square of its rarity among titles (that of BM25); those that no title has
/// weigh most and count against every title. (3) Of words and of characters apart, a title's score is the mean of two shares: of the search's weight
/// that the title has, and the cosine between both, which prefers the title with little else. (4) Half of each.</para>
/// </summary>
public sealed class ArticleIndex
{
    private static readonly NgramShape Shape = new(1, 0, 3, 4);
    private static readonly ConditionalWeakTable<SiteModel, ArticleIndex> BySite = [];

    private readonly FrozenDictionary<string, SiteArticle> _byId;
    private readonly FrozenDictionary<uint, Postings> _postings;
    private readonly float[] _wordLengths;
    private readonly float[] _characterLengths;

    /// <summary>Of two articles of one id the first is found by it.</summary>
    public ArticleIndex(ImmutableArray<SiteArticle> articles)
    {
        Articles = articles;
        _byId = articles.DistinctBy(a => a.Id).ToFrozenDictionary(a => a.Id, StringComparer.Ordinal);
        (_wordLengths, _characterLengths) = (new float[articles.Length], new float[articles.Length]);
        var titles = new Dictionary<uint, (List<int> Titles, bool IsWord)>();
        Span<uint> hashes = stackalloc uint[NgramExtractor.NgramsMax];
        for (var i = 0; i < articles.Length; i++)
        {
            var (words, all) = Distinct(articles[i].Title, hashes);
            for (var j = 0; j < all; j++)
            {
                if (!titles.TryGetValue(hashes[j], out var of)) titles[hashes[j]] = of = ([], j < words);
                of.Titles.Add(i);
            }
        }
        var postings = new Dictionary<uint, Postings>(titles.Count);
        foreach (var (hash, of) in titles)
        {
            var weight = WeightOf(of.Titles.Count);
            postings[hash] = new Postings(weight, [.. of.Titles]);
            foreach (var title in of.Titles) (of.IsWord ? _wordLengths : _characterLengths)[title] += weight;
        }
        _postings = postings.ToFrozenDictionary();
        for (var i = 0; i < articles.Length; i++) (_wordLengths[i], _characterLengths[i]) = (Inverse(_wordLengths[i]), Inverse(_characterLengths[i]));
    }

    public ImmutableArray<SiteArticle> Articles { get; }

    /// <summary>Made at the first use of a site's model, and gone with it.</summary>
    public static ArticleIndex Of(SiteModel site) => BySite.GetValue(site, static s => new ArticleIndex(s.Articles));

    /// <summary>Null where the site has it no more.</summary>
    public SiteArticle? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// Raises each title's score to this search's where that is higher; 0 to 1. <paramref name="scores"/> has one for each article. Allocates nothing.
    /// Where a search has no word that carries meaning, nothing is raised.
    /// </summary>
    public void Raise(ReadOnlySpan<char> search, Span<float> scores)
    {
        Span<uint> hashes = stackalloc uint[NgramExtractor.NgramsMax];
        var (words, all) = Distinct(search, hashes);
        if (all == 0) return;
        var rented = ArrayPool<float>.Shared.Rent(scores.Length);
        var sums = rented.AsSpan(0, scores.Length);
        sums.Clear();
        Add(hashes[..words], _wordLengths, sums);
        Add(hashes[words..all], _characterLengths, sums);
        for (var i = 0; i < sums.Length; i++) scores[i] = Math.Max(scores[i], sums[i]);
        ArrayPool<float>.Shared.Return(rented);
    }

    private void Add(ReadOnlySpan<uint> hashes, float[] lengths, Span<float> sums)
    {
        var square = 0f;
        foreach (var hash in hashes) square += _postings.TryGetValue(hash, out var of) ? of.Weight : WeightOf(0);
        if (square == 0) return;
        var (byCosine, byShare) = (0.25f * Inverse(square), 0.25f / square);
        foreach (var hash in hashes)
        {
            if (!_postings.TryGetValue(hash, out var of)) continue;
            foreach (var title in of.Titles) sums[title] += of.Weight * (byCosine * lengths[title] + byShare);
        }
    }

    /// <summary>Square of BM25's rarity.</summary>
    private float WeightOf(int titles)
    {
        var rarity = MathF.Log(1 + (Articles.Length - titles + 0.5f) / (titles + 0.5f));
        return rarity * rarity;
    }

    private static float Inverse(float square) => square > 0 ? 1 / MathF.Sqrt(square) : 0;

    /// <summary>Each n-gram once, those of words first.</summary>
    private static (int OfWords, int All) Distinct(ReadOnlySpan<char> text, Span<uint> hashes)
    {
        Span<char> meaningful = stackalloc char[NgramExtractor.CharactersMax];
        var length = Words.WithoutStopWords(text, meaningful);
        var (words, all) = NgramExtractor.Extract(meaningful[..length], Shape, hashes);
        var ofWords = Once(hashes[..words]);
        var ofCharacters = Once(hashes[words..all]);
        hashes.Slice(words, ofCharacters).CopyTo(hashes[ofWords..]);
        return (ofWords, ofWords + ofCharacters);
    }

    /// <summary>Sorts, and moves the distinct ones to the front.</summary>
    private static int Once(Span<uint> hashes)
    {
        hashes.Sort();
        var count = 0;
        foreach (var hash in hashes)
            if (count == 0 || hashes[count - 1] != hash) hashes[count++] = hash;
        return count;
    }

    private readonly record struct Postings(float Weight, int[] Titles);
}
