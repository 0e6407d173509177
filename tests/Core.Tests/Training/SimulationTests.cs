using Engagement.Core.Features;
using Engagement.Training;
using Engagement.Training.Floundering;
using Engagement.Training.Simulation;

namespace Core.Tests.Training;

public sealed class SimulationTests
{
    public static TheoryData<string> Worlds => [.. HelpWorld.All.Select(world => world.Name)];

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Simulate_SameSeed_GivesTheSameEventsAndAnotherSeedOthers(string name)
    {
        var world = HelpWorld.Find(name);
        static string Told(List<SimulatedVisit> visits) => string.Join('\n', visits.SelectMany(visit => visit.Events).Select(e => $"{e.Id} {e.Type} {e.At} {e.Body?.ToJsonString()}"));
        var first = Told(WorldSimulator.Simulate(world, 40, seed: 3));
        Assert.Equal(first, Told(WorldSimulator.Simulate(world, 40, seed: 3)));
        Assert.NotEqual(first, Told(WorldSimulator.Simulate(world, 40, seed: 4)));
        Assert.StartsWith(first, Told(WorldSimulator.Simulate(world, 41, seed: 3)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Simulate_EveryWorld_HasThoseWhoFlounderAndEveryKindOfThoseWhoDoNot(string name)
    {
        var visits = WorldSimulator.Simulate(HelpWorld.Find(name), 600, seed: 5);
        Assert.InRange(visits.Count(visit => visit.Floundered) / 600.0, 0.08, 0.45);
        Assert.Equal(4, visits.Select(visit => visit.Kind).Distinct().Count());
        Assert.All(visits.Where(visit => visit.Kind is VisitKind.Explorer or VisitKind.Reader), visit => Assert.False(visit.Floundered));
        // Hard negatives: some explorers search as long as any who flounder, and some find only after struggling.
        Assert.Contains(visits, visit => visit.Kind == VisitKind.Explorer && visit.Events.Count(e => e.Type == "search_performed") >= 8);
        Assert.Contains(visits, visit => !visit.LeftWithout && visit.FailedAttempts.Max() >= 2);
    }

    [Fact]
    public void Simulate_LabelOfEvents_BeginsAfterAnAttemptInVainAndStays()
    {
        foreach (var visit in WorldSimulator.Simulate(HelpWorld.Find("bank"), 400, seed: 6))
        {
            var began = Enumerable.Range(0, visit.Events.Count).FirstOrDefault(visit.IsFloundering, -1);
            Assert.Equal(visit.Floundered, began >= 0);
            Assert.Equal(visit.Floundered, visit.FlounderingFrom > 0);
            if (began >= 0) Assert.All(Enumerable.Range(began, visit.Events.Count - began), i => Assert.True(visit.IsFloundering(i)));
        }
    }

    [Fact]
    public void Simulate_Clicks_FallWithRank()
    {
        var ranks = HelpWorld.All.SelectMany(world => WorldSimulator.Simulate(world, 300, seed: 7)).SelectMany(visit => visit.OpenedRanks).ToList();
        Assert.True(ranks.Count(rank => rank == 1) > 2 * ranks.Count(rank => rank == 2));
        Assert.True(ranks.Count(rank => rank == 2) > ranks.Count(rank => rank == 4));
    }

    [Fact]
    public void Sessions_OfSimulatedVisits_AreTheEnginesOwnWithARowAnEvent()
    {
        var visits = WorldSimulator.Simulate(HelpWorld.Find("software"), 200, seed: 8);
        var sessions = FlounderingSession.Of(visits);
        Assert.Equal(200, sessions.Count);
        Assert.All(sessions.Zip(visits), pair => Assert.Equal(pair.Second.Events.Count, pair.First.Rows.Length));
        Assert.All(sessions.Zip(visits), pair => Assert.Equal(pair.Second.Events.Count(e => e.Type == "search_performed"), pair.First.Searches));
        Assert.Contains(sessions, session => session.Rows[^1][(int)Feature.SimilarWithinFiveMinutes] > 0);
    }

    [Fact]
    public void Assumptions_EachOne_HasASourceOrIsCalledOurs() =>
        Assert.All(Assumption.All, assumption => Assert.True(assumption.Source == Assumption.Ours || assumption.Source.Any(char.IsAsciiDigit), assumption.Subject));

    [Fact]
    public void Find_UnknownWorld_NamesThoseThatThereAre() =>
        Assert.Contains("marketplace", Assert.Throws<TrainingException>(() => HelpWorld.Find("mars")).Message, StringComparison.Ordinal);
}
