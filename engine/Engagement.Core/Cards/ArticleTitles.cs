using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>
/// The words of a site's titles, each once, with the titles it stands in: a site may have ten thousand titles, and far fewer words. Immutable,
/// thread-safe.
/// </summary>
internal sealed class ArticleTitles
{
    private readonly ImmutableArray<(string Word, ulong Letters, ImmutableArray<int> Titles)> _words;
    private readonly FrozenDictionary<string, SiteArticle> _byId;

    public ArticleTitles(SiteModel site)
    {
        Articles = site.Articles;
        _byId = site.Articles.DistinctBy(a => a.Id).ToFrozenDictionary(a => a.Id, StringComparer.Ordinal);
        _words = [.. site.Articles.SelectMany((article, i) => Words.Of(article.Title).Select(word => (Word: word, Title: i)))
            .GroupBy(w => w.Word, StringComparer.Ordinal).Select(g => (g.Key, Words.LettersOf(g.Key), g.Select(w => w.Title).ToImmutableArray()))];
    }

    public ImmutableArray<SiteArticle> Articles { get; }

    /// <summary>Null where the site has it no more.</summary>
    public SiteArticle? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Of each title that meets a word: the share of the best-met search's words that it meets.</summary>
    public Dictionary<int, double> Score(ImmutableArray<string>[] searches)
    {
        // Searches in vain are much alike: each word is looked up once.
        var metBy = searches.SelectMany(s => s).Distinct(StringComparer.Ordinal).ToDictionary(word => word, Meet, StringComparer.Ordinal);
        var best = new Dictionary<int, double>();
        foreach (var search in searches)
        {
            var met = new Dictionary<int, double>();
            foreach (var word in search)
                foreach (var (title, likeness) in metBy[word]) CollectionsMarshal.GetValueRefOrAddDefault(met, title, out _) += likeness;
            foreach (var (title, share) in met) Raise(best, title, share / search.Length);
        }
        return best;
    }

    private Dictionary<int, double> Meet(string word)
    {
        var (met, letters) = (new Dictionary<int, double>(), Words.LettersOf(word));
        foreach (var (other, otherLetters, titles) in _words)
        {
            var likeness = Words.Likeness(word, letters, other, otherLetters);
            if (likeness == 0) continue;
            foreach (var title in titles) Raise(met, title, likeness);
        }
        return met;
    }

    private static void Raise(Dictionary<int, double> values, int key, double to)
    {
        ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(values, key, out _);
        value = Math.Max(value, to);
    }
}
