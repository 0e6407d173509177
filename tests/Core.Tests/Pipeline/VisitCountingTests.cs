using Engagement.Core;
using Engagement.Core.Decisions;

namespace Core.Tests.Pipeline;

/// <summary>Visits are counted and not decisions: what is the first of its kind in a session, and how live sessions stand.</summary>
public sealed class VisitCountingTests
{
    private readonly Worker _worker = new(TestSites.Eager);
    private Instant _now = LogText.Start;
    private int _offset;

    private List<DecisionChange> Decided(params (string Type, string Members, int Visitor)[] events)
    {
        foreach (var (type, members, visitor) in events)
        {
            _now += TimeSpan.FromSeconds(5);
            _worker.Apply(LogText.Event(type, _now, $"e{_offset}", members, visitor, TestSites.Help), _offset++);
        }
        _worker.EndBatch();
        var decisions = _worker.Decisions.ToList();
        _worker.Decisions.Clear();
        return decisions;
    }

    private static (string, string, int) Search(int visitor = 1) => ("search_performed", LogText.Search("return label", 0), visitor);

    private static int Count(IEnumerable<DecisionChange> decisions, FirstTimes first) => decisions.Count(d => (d.First & first) != 0);

    private int[] Standing => _worker.Pipeline.StandingOf(TestSites.Help).ToArray();

    [Fact]
    public void FirstTimes_ComeOnceInASession_HoweverOftenItIsDecided()
    {
        var decisions = Decided(Search(), Search(), Search(), Search());
        _worker.Answer = _ => OfferResolution.OfferCap;
        decisions.AddRange(Decided(Search(), Search()));
        Assert.True(decisions.Count >= 3, $"{decisions.Count} decisions");
        Assert.Equal((1, 1), (Count(decisions, FirstTimes.Visit), Count(decisions, FirstTimes.Need)));
        Assert.Equal(decisions.Select(d => d.State).Distinct().Count(), Count(decisions, FirstTimes.State));
        Assert.Equal(
            [Blockers.NobodyFree, Blockers.OfferCap], decisions.Select(d => d.Hindrances).Where(h => h != Blockers.None));
    }

    [Fact]
    public void Hindrances_AfterAnOffer_AreNone()
    {
        _worker.Answer = _ => OfferResolution.Reserved;
        var decisions = Decided(Search(), Search(), Search(), Search(), ("page_left", "", 1), Search());
        Assert.NotEmpty(_worker.Offers);
        Assert.All(decisions.Where(d => d.Offer != OfferStatus.None), d => Assert.Equal(Blockers.None, d.Hindrances));
    }

    [Fact]
    public void Standing_FollowsStates_AndEndsWithTheSession()
    {
        Decided(Search(1), Search(1), Search(1), ("page_viewed", LogText.Page("https://help.example/"), 2));
        Assert.Equal((2, 1), (Standing.Sum(), Standing[(int)VisitorState.Floundering]));
        Assert.Equal([TestSites.Help], _worker.Pipeline.SitesStanding());
        _worker.Apply(LogText.Tick(_now + Limits.SessionGap + TimeSpan.FromMinutes(1)), _offset++);
        Assert.Equal(0, Standing.Sum());
        Assert.Empty(_worker.Pipeline.SitesStanding());
    }

    [Fact]
    public void Objection_TakesHerOutOfAllCounts()
    {
        Decided(Search());
        Assert.Equal(1, Standing.Sum());
        var decisions = Decided(("search_performed", LogText.Search("label", 0) + ",\"privacy\":{\"dnt\":true}", 1));
        Assert.Equal(0, Standing.Sum());
        Assert.All(decisions, d => Assert.Equal((FirstTimes.None, Blockers.None), (d.First, d.Hindrances)));
    }

    [Fact]
    public void Reset_ForgetsHowSessionsStand()
    {
        Decided(Search());
        _worker.Pipeline.Reset();
        Assert.Equal(0, Standing.Sum());
    }

    [Fact]
    public void Hindrance_OfEveryBlockerThatCanStandBeforeAnOffer_IsKept()
    {
        // All but those that only an offer brings, an objection (nothing is counted) and states without need.
        var able = Enum.GetValues<Blockers>().Where(b => b is Blockers.Stale or Blockers.NobodyFree or Blockers.OfferCap or Blockers.AlreadyOffered or Blockers.Unavailable);
        foreach (var blocker in able)
        {
            var worker = new VisitCountingTests();
            worker._worker.Answer = _ => Enum.Parse<OfferResolution>(blocker.ToString());
            Assert.Equal(blocker, worker.Decided(Search(), Search(), Search()).Aggregate(Blockers.None, (all, d) => all | d.Hindrances));
        }
    }
}
