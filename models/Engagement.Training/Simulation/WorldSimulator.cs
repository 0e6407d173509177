using Engagement.Core;

namespace Engagement.Training.Simulation;

/// <summary>
/// Makes visits to a world's help centre. The same world, count and seed give the same visits; each visitor has a random source of her own, so that one more
/// visitor changes no other.
/// </summary>
public static class WorldSimulator
{
    /// <summary>The day is ours.</summary>
    private static readonly Instant Day = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public static List<SimulatedVisit> Simulate(HelpWorld world, int visits, long seed)
    {
        var articles = new KnowledgeBase(world, SourceOf(world, seed, -1));
        return [.. Enumerable.Range(0, visits).Select(index => Visit(world, articles, index, SourceOf(world, seed, index)))];
    }

    private static SimulatedVisit Visit(HelpWorld world, KnowledgeBase articles, int index, Random random)
    {
        var visitor = $"{world.Name}-{index}";
        var trace = new VisitTrace(world, visitor, Day + TimeSpan.FromSeconds(7 * index), random);
        var kind = KindOf(world, random.NextDouble());
        if (random.NextDouble() < 0.7)
        {
            trace.ViewPage("help");
            trace.Wait(6);
        }
        if (kind == VisitKind.Explorer) OtherVisits.Explore(world, articles, trace, random);
        else if (kind == VisitKind.Reader) OtherVisits.Read(world, articles, trace, random);
        else Seek(world, articles, trace, kind, random);
        if (random.NextDouble() < 0.6 || trace.Events.Count == 0)
        {
            trace.Wait(3);
            trace.Leave();
        }
        return new SimulatedVisit(world.Name, visitor, kind, trace.Events, trace.FailedAtEvent, trace.OpenedRanks, trace.LeftWithout);
    }

    private static void Seek(HelpWorld world, KnowledgeBase articles, VisitTrace trace, VisitKind kind, Random random)
    {
        var seeker = new SeekerVisit(world, articles, trace, random);
        var isLookup = kind == VisitKind.Lookup;
        var intents = isLookup ? articles.Intents.Where(intent => intent.Article >= 0).ToArray() : [.. articles.Intents];
        Intent? before = null;
        for (var needs = isLookup ? 1 + random.Next(4) : 1 + Further(random); needs > 0; needs--)
        {
            // What is wanted next is often another side of the same thing.
            var near = before is null || random.NextDouble() < 0.4 ? [] : intents.Where(intent => intent.Concepts[0] == before.Concepts[0]).ToArray();
            before = near.Length > 0 ? near[random.Next(near.Length)] : intents[random.Next(intents.Length)];
            trace.LeftWithout = !seeker.Seek(before, isLookup);
            if (trace.LeftWithout) return;
            trace.Wait(world.ThinkSeconds);
        }
    }

    /// <summary>Needs after the first: none in seven of ten visits, up to three.</summary>
    private static int Further(Random random)
    {
        var count = 0;
        while (count < 3 && random.NextDouble() < 0.3) count++;
        return count;
    }

    private static VisitKind KindOf(HelpWorld world, double draw)
    {
        if ((draw -= world.ExplorerShare) < 0) return VisitKind.Explorer;
        if ((draw -= world.LookupShare) < 0) return VisitKind.Lookup;
        return draw - world.ReaderShare < 0 ? VisitKind.Reader : VisitKind.Seeker;
    }

    private static Random SourceOf(HelpWorld world, long seed, int index) => new(unchecked((int)Identifiers.Hash64(System.Text.Encoding.UTF8.GetBytes($"{seed}/{world.Name}/{index}"))));
}
