namespace Engagement.Training.Simulation;

/// <summary>Those who search or read much and want nothing that they do not find: whom a model must leave alone.</summary>
internal static class OtherVisits
{
    /// <summary>Wanders from query to query, most of them near the one before; opens what pleases.</summary>
    public static void Explore(HelpWorld world, KnowledgeBase articles, VisitTrace trace, Random random)
    {
        var count = 3 + random.Next(8);
        var openShare = 0.2 + 0.75 * random.NextDouble();
        var stayShare = 0.45 + 0.5 * random.NextDouble();
        var query = QueryDraft.First(Any(articles, random), world, random, knowsWords: true);
        for (var i = 0; i < count; i++)
        {
            var results = articles.Search(query.Words);
            trace.Search(query, results.Count);
            trace.Wait(world.ThinkSeconds);
            if (results.Count > 0 && random.NextDouble() < openShare) OpenSome(world, articles, trace, results, random);
            var next = Any(articles, random);
            query = random.NextDouble() < stayShare ? query.Drifted(next, world, random) : QueryDraft.First(next, world, random, knowsWords: true);
        }
    }

    /// <summary>A search or none, then article after article.</summary>
    public static void Read(HelpWorld world, KnowledgeBase articles, VisitTrace trace, Random random)
    {
        if (random.NextDouble() < 0.7)
        {
            var query = QueryDraft.First(Any(articles, random), world, random, knowsWords: true);
            var results = articles.Search(query.Words);
            trace.Search(query, results.Count);
            trace.Wait(world.ThinkSeconds * 0.6);
            if (results.Count > 0) trace.Open(articles.Articles[results[0]], 1);
            trace.Wait(world.ReadSeconds * 1.5);
        }
        for (var left = 1 + random.Next(6); left > 0; left--)
        {
            var article = articles.Articles[random.Next(articles.Articles.Count)];
            trace.Follow(article);
            trace.Wait(random.NextDouble() < 0.25 ? world.SkimSeconds : world.ReadSeconds * 1.5);
            if (random.NextDouble() < world.RateShare * 0.5) trace.Rate(article, helpful: random.NextDouble() < 0.8);
        }
    }

    private static void OpenSome(HelpWorld world, KnowledgeBase articles, VisitTrace trace, List<int> results, Random random)
    {
        var rank = 0;
        do
        {
            while (rank < results.Count - 1 && random.NextDouble() < 0.4) rank++;
            trace.Open(articles.Articles[results[rank++]], rank);
            trace.Wait(random.NextDouble() < world.QuickBackShare * 0.5 ? world.SkimSeconds : world.ReadSeconds);
        }
        while (rank < results.Count && random.NextDouble() < 0.25);
    }

    private static Intent Any(KnowledgeBase articles, Random random) => articles.Intents[random.Next(articles.Intents.Count)];
}
