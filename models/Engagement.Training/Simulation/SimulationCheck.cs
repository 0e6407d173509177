namespace Engagement.Training.Simulation;

/// <summary>A figure of the simulated visits beside the published one that it was meant to be like.</summary>
public sealed record SimulationFigure(string World, string Figure, double Simulated, double Published);

/// <summary>Counts in simulated visits what was published about real ones.</summary>
public static class SimulationCheck
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    public static SimulationFigure[] Of(string world, IReadOnlyList<SimulatedVisit> visits)
    {
        var searching = visits.Where(visit => Searches(visit) > 0).ToArray();
        var seekers = searching.Where(visit => visit.Kind is VisitKind.Seeker or VisitKind.Explorer && Searches(visit) >= 3).ToArray();
        var struggling = seekers.Where(visit => visit.FailedAttempts.Max() >= SimulatedVisit.AttemptsInVain).ToArray();
        var clicks = visits.SelectMany(visit => visit.OpenedRanks).CountBy(rank => rank).ToDictionary(pair => pair.Key, pair => pair.Value);
        double AtRank(int rank) => (double)clicks.GetValueOrDefault(rank) / clicks.Values.Sum();
        return
        [
            new(world, "of opened results, at rank 1", AtRank(1), 0.57),
            new(world, "of opened results, at rank 2", AtRank(2), 0.14),
            new(world, "of opened results, at rank 3", AtRank(3), 0.1),
            new(world, "of visits with a search, three or more searches", Share(searching, visit => Searches(visit) >= 3), 0.32),
            new(world, "of visits with a search, under five minutes", Share(searching, visit => visit.Events[^1].At - visit.Events[0].At < FiveMinutes), 0.72),
            new(world, "of seekers' and explorers' visits of three or more searches, struggling", Share(seekers, struggling.Contains), 0.6),
            new(world, "of those struggling, found in the end", Share(struggling, visit => !visit.LeftWithout), double.NaN),
            new(world, "of all visits, floundered", Share(visits, visit => visit.Floundered), double.NaN),
        ];
    }

    private static int Searches(SimulatedVisit visit) => visit.Events.Count(e => e.Type == "search_performed");

    private static double Share(IReadOnlyCollection<SimulatedVisit> among, Func<SimulatedVisit, bool> of) =>
        among.Count == 0 ? double.NaN : (double)among.Count(of) / among.Count;
}
