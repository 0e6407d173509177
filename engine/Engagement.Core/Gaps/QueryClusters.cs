using System.Collections.Immutable;
using Engagement.Core.Cards;

namespace Engagement.Core.Gaps;

/// <summary>
/// Groups searches that ask the same. Pure and deterministic; cold.
/// <para>(1) A text is its words without stop words, in trigrams of letters within each word, padded, so that order does not count and forms and slips of a
/// word stay near. (2) Trigrams are weighted by how rare they are among the texts, vectors set to length 1, likeness is their cosine. (3) Leader clustering
/// (Hartigan 1975): texts in the order of how many asked them, the most first; each goes to the likest leader from <see cref="LikenessMin"/> on, or leads
/// a group of its own. (4) The most central text of a group is the one nearest to its weighted mean.</para>
/// </summary>
internal static class QueryClusters
{
    /// <summary>Cosine from which two searches ask the same. Ours: below 0.4 "cancel order" meets "cancel subscription".</summary>
    public const double LikenessMin = 0.5;

    /// <summary>Texts in groups of indexes, the most central first in each; in the order of their leaders.</summary>
    /// <param name="weights">How many asked it, one a text.</param>
    public static List<ImmutableArray<int>> Of(IReadOnlyList<string> texts, IReadOnlyList<int> weights)
    {
        var vectors = VectorsOf(texts);
        var leaderOf = new List<(int Leader, List<int> Members)>();
        var postings = new Dictionary<string, List<(int Group, double Weight)>>(StringComparer.Ordinal);
        var order = Enumerable.Range(0, texts.Count).Where(i => vectors[i].Count > 0).OrderByDescending(i => weights[i]).ThenBy(i => texts[i], StringComparer.Ordinal);
        foreach (var text in order)
        {
            var (group, likeness) = Nearest(vectors[text], postings);
            if (likeness >= LikenessMin)
            {
                leaderOf[group].Members.Add(text);
                continue;
            }
            foreach (var (gram, weight) in vectors[text])
            {
                if (!postings.TryGetValue(gram, out var list)) postings.Add(gram, list = []);
                list.Add((leaderOf.Count, weight));
            }
            leaderOf.Add((text, [text]));
        }
        return [.. leaderOf.Select(g => ByCentrality(g.Members, vectors, weights, texts))];
    }

    private static (int Group, double Likeness) Nearest(Dictionary<string, double> vector, Dictionary<string, List<(int Group, double Weight)>> postings)
    {
        var likeness = new SortedDictionary<int, double>();
        foreach (var (gram, weight) in vector)
        {
            if (!postings.TryGetValue(gram, out var list)) continue;
            foreach (var (group, other) in list) likeness[group] = likeness.GetValueOrDefault(group) + weight * other;
        }
        // The earliest of equals, so that the same texts give the same groups.
        var best = (Group: -1, Likeness: 0.0);
        foreach (var (group, value) in likeness)
            if (value > best.Likeness + 1e-12) best = (group, value);
        return best;
    }

    private static ImmutableArray<int> ByCentrality(List<int> members, Dictionary<string, double>[] vectors, IReadOnlyList<int> weights, IReadOnlyList<string> texts)
    {
        var mean = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var member in members)
            foreach (var (gram, weight) in vectors[member]) mean[gram] = mean.GetValueOrDefault(gram) + weights[member] * weight;
        return [.. members.OrderByDescending(m => Math.Round(vectors[m].Sum(g => g.Value * mean[g.Key]), 9)).ThenByDescending(m => weights[m]).ThenBy(m => texts[m], StringComparer.Ordinal)];
    }

    private static Dictionary<string, double>[] VectorsOf(IReadOnlyList<string> texts)
    {
        HashSet<string>[] grams = [.. texts.Select(GramsOf)];
        var spread = grams.SelectMany(g => g).CountBy(g => g, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Value, StringComparer.Ordinal);
        return Array.ConvertAll(grams, set =>
        {
            var vector = new Dictionary<string, double>(StringComparer.Ordinal);
            // Damped: the root keeps one rare word from outweighing all that two searches share.
            foreach (var gram in set.Order(StringComparer.Ordinal)) vector[gram] = Math.Sqrt(Math.Log(1 + (double)texts.Count / spread[gram]));
            var length = Math.Sqrt(vector.Values.Sum(v => v * v));
            foreach (var gram in vector.Keys) vector[gram] /= length;
            return vector;
        });
    }

    private static HashSet<string> GramsOf(string text)
    {
        var grams = new HashSet<string>(StringComparer.Ordinal);
        var words = Words.Of(text);
        // A number is somebody's own (of an order, a contract), not what is asked, unless nothing else is.
        var asked = words.Where(w => !w.Any(char.IsDigit)).ToList();
        foreach (var word in asked.Count > 0 ? asked : [.. words])
        {
            var padded = $" {word} ";
            for (var i = 0; i + 3 <= padded.Length; i++) grams.Add(padded.Substring(i, 3));
        }
        return grams;
    }
}
