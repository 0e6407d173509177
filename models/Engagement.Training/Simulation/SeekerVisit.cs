namespace Engagement.Training.Simulation;

/// <summary>
/// One who wants to know something: (1) writes a query; (2) looks down the list, opens what seems to fit, reads or comes back; (3) is answered, settles for a
/// wrong answer, tries another wording, or gives up.
/// </summary>
internal sealed class SeekerVisit(HelpWorld world, KnowledgeBase articles, VisitTrace trace, Random random)
{
    private readonly double _keenness = Math.Exp(0.25 * (random.NextDouble() * 2 - 1));
    private Article? _last;

    private enum Glance { Answered, SettledFor, InVain }

    /// <summary>True when the need is met. <paramref name="knowsWords"/>: a lookup.</summary>
    public bool Seek(Intent intent, bool knowsWords)
    {
        trace.Failed = 0;
        var patience = 1 + Geometric(world.Patience);
        var query = QueryDraft.First(intent, world, random, knowsWords);
        while (true)
        {
            var results = articles.Search(query.Words);
            // An empty list says at once that the attempt was in vain; any other list only when she moves on.
            if (results.Count == 0) trace.Failed++;
            trace.Search(query, results.Count);
            var glance = results.Count == 0 ? Glance.InVain : LookDown(results, intent);
            if (glance == Glance.Answered) return true;
            if (glance == Glance.SettledFor) return false;
            if (results.Count > 0) trace.Failed++;
            if (trace.Failed >= patience) break;
            trace.Wait(world.ThinkSeconds);
            query = query.Next(world, random);
        }
        GiveUp();
        return false;
    }

    private Glance LookDown(List<int> results, Intent intent)
    {
        trace.Wait(world.ThinkSeconds * 0.6);
        if (results.IndexOf(intent.Article) is >= 0 and < 3 && random.NextDouble() < world.SnippetShare) return Glance.Answered;
        for (var rank = 1; rank <= results.Count; rank++)
        {
            var place = results[rank - 1];
            var fit = articles.FitOf(place, intent);
            if (random.NextDouble() < _keenness * fit switch { 2 => world.RightAttraction, 1 => world.NearAttraction, _ => world.OtherAttraction })
            {
                trace.Open(_last = articles.Articles[place], rank);
                var seen = Read(fit);
                if (seen != Glance.InVain) return seen;
                trace.Wait(2);
            }
            if (random.NextDouble() >= world.Persistence) break;
        }
        return Glance.InVain;
    }

    private Glance Read(int fit)
    {
        if (fit == 2 && random.NextDouble() < world.AnswerShare)
        {
            trace.Wait(world.ReadSeconds);
            if (random.NextDouble() < world.RateShare) trace.Rate(_last!, helpful: true);
            return Glance.Answered;
        }
        var isQuick = random.NextDouble() < world.QuickBackShare;
        trace.Wait(isQuick ? world.SkimSeconds : world.ReadSeconds * 0.6);
        if (!isQuick && random.NextDouble() < world.SettleShare) return Glance.SettledFor;
        if (random.NextDouble() < world.RateShare * 0.5) trace.Rate(_last!, helpful: false);
        return Glance.InVain;
    }

    private void GiveUp()
    {
        trace.Wait(world.ThinkSeconds * 0.5);
        if (random.NextDouble() < world.RageShare) trace.ClickInRage();
        if (_last is not null && random.NextDouble() < world.RateShare) trace.Rate(_last, helpful: false);
    }

    private int Geometric(double mean)
    {
        var count = 0;
        while (random.NextDouble() < mean / (1 + mean) && count < 12) count++;
        return count;
    }
}
