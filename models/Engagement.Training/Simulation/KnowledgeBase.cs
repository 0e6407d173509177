namespace Engagement.Training.Simulation;

/// <summary>Something that visitors want to know.</summary>
/// <param name="Concepts">Object, action and, in half of them, a qualifier: what it is about.</param>
/// <param name="Article">Place of the article that answers it; -1 when none does.</param>
/// <param name="IsHard">Visitors name it otherwise than the site.</param>
internal sealed record Intent(Concept[] Concepts, int Article, bool IsHard);

/// <summary>An article: its intent's concepts and the words that its title and text hold.</summary>
internal sealed record Article(string Id, string Title, Concept[] Concepts, HashSet<string> Words);

/// <summary>The articles of one world and a search over their words, as plain as many a help centre's. The same seed gives the same articles. Immutable.</summary>
internal sealed class KnowledgeBase
{
    private readonly HelpWorld _world;
    private readonly List<Article> _articles = [];
    private readonly List<Intent> _intents = [];
    private readonly Dictionary<string, double> _weights;

    public KnowledgeBase(HelpWorld world, Random random)
    {
        _world = world;
        for (var i = 0; i < world.Intents; i++)
        {
            List<Concept> concepts = [Pick(Vocabulary.Objects, random), Pick(Vocabulary.Actions, random)];
            if (random.NextDouble() < 0.5) concepts.Add(Pick(Vocabulary.Qualifiers, random));
            var isGap = random.NextDouble() < world.GapShare;
            if (!isGap) _articles.Add(Write(concepts, $"a{_articles.Count}", random));
            _intents.Add(new Intent([.. concepts], isGap ? -1 : _articles.Count - 1, random.NextDouble() < world.HardShare));
        }
        _weights = _articles.SelectMany(article => article.Words).CountBy(word => word).ToDictionary(pair => pair.Key, pair => Math.Log(1 + (double)_articles.Count / pair.Value));
    }

    public IReadOnlyList<Intent> Intents => _intents;
    public IReadOnlyList<Article> Articles => _articles;

    /// <summary>Places of the articles that match, best first.</summary>
    public List<int> Search(IReadOnlyList<string> words)
    {
        var hits = new List<(int Article, double Score)>();
        for (var i = 0; i < _articles.Count; i++)
        {
            var matched = 0;
            var score = 0.0;
            foreach (var word in words)
            {
                if (!_articles[i].Words.Contains(word)) continue;
                matched++;
                score += _weights[word];
            }
            if (matched > 0 && (matched == words.Count || !_world.MatchesAll)) hits.Add((i, score));
        }
        return [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Article).Take(_world.ResultsMax).Select(hit => hit.Article)];
    }

    /// <summary>How well an article seems to fit an intent, to one who reads its title: 2 the right one, 1 a neighbour, 0 another.</summary>
    public int FitOf(int article, Intent intent)
    {
        if (article == intent.Article) return 2;
        return _articles[article].Concepts.Any(concept => intent.Concepts.Contains(concept)) ? 1 : 0;
    }

    // The title holds the site's own words; the text now and then another word for the same.
    private static Article Write(List<Concept> concepts, string id, Random random)
    {
        var title = string.Join(' ', concepts.Select(concept => concept.Words[0]));
        var words = concepts.Select(concept => concept.Words[0])
            .Concat(concepts.SelectMany(concept => concept.Words.Skip(1)).Where(_ => random.NextDouble() < 0.25)).ToHashSet(StringComparer.Ordinal);
        return new Article(id, title, [.. concepts], words);
    }

    private static Concept Pick(Concept[] from, Random random) => from[random.Next(from.Length)];
}
