using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Gaps;
using Engagement.Core.Scoring;

namespace Core.Tests.Gaps;

public sealed class GapSessionReaderTests
{
    private readonly GapSessionReader _reader = new(TestSites.Site(TestSites.Help, floundering: PublishedStruggleRules.Instance), LogText.Start);
    private long _offset;
    private Instant _now = LogText.Start;

    private void Send(int visitor, string type, string rest, string? privacy = null, string site = TestSites.Help)
    {
        _now += TimeSpan.FromSeconds(8);
        if (privacy is not null) rest += (rest.Length == 0 ? "" : ",") + $"\"privacy\":{{{privacy}}}";
        _reader.Apply(LogText.Event(type, _now, $"e{_offset}", rest, visitor, site), _offset++);
    }

    private void Flounder(int visitor, string? privacyOfTheLast = null)
    {
        Send(visitor, "page_viewed", LogText.Page("https://help.example/"));
        foreach (var query in (string[])["return label", "print return label", "return label printer"]) Send(visitor, "search_performed", LogText.Search(query, 0));
        Send(visitor, "search_performed", LogText.Search("where is the return label", 0), privacyOfTheLast);
    }

    [Fact]
    public void Apply_SearchesInVain_AreTheSessionsAndItFloundered()
    {
        Flounder(1);
        var session = Assert.Single(_reader.Sessions());
        Assert.True(session.Floundered);
        Assert.Equal(["return label", "print return label", "return label printer", "where is the return label"], session.InVain().Select(s => s.Text));
        Assert.Equal(LogText.Visitor(1), session.Visitor);
    }

    [Fact]
    public void Apply_ResultOpened_EndsWhatWasInVain()
    {
        Send(1, "search_performed", LogText.Search("ways to pay"));
        Send(1, "search_result_opened", LogText.Article("pay", "Ways to pay"));
        Send(1, "search_performed", LogText.Search("pay later"));
        var session = Assert.Single(_reader.Sessions());
        Assert.False(session.Floundered);
        Assert.Equal("pay; ways to pay", string.Join("; ", session.Searches[0].Opened));
        Assert.Equal("pay later", Assert.Single(session.InVain()).Text);
    }

    [Theory]
    [InlineData("\"gpc\":true")]
    [InlineData("\"dnt\":true")]
    [InlineData("\"consent\":false")]
    public void Apply_ObjectionWithTheLastEvent_TakesTheWholeSessionOut(string signal)
    {
        Flounder(1, signal);
        Flounder(2);
        Assert.Equal(LogText.Visitor(2), Assert.Single(_reader.Sessions()).Visitor);
        Assert.Equal(1, _reader.LeftOut);
    }

    [Fact]
    public void Apply_Erasure_TakesAllOfTheVisitorsSessionsOut()
    {
        Flounder(1);
        _now += TimeSpan.FromHours(1);
        Flounder(1);
        Flounder(2);
        Assert.Equal(3, _reader.Sessions().Count());
        _reader.Apply(LogText.Event("visitor_erased", _now += TimeSpan.FromSeconds(1), "x", visitor: 1, site: TestSites.Help), _offset++);
        Assert.Equal(LogText.Visitor(2), Assert.Single(_reader.Sessions()).Visitor);
    }

    [Fact]
    public void Apply_OtherSitesAndCatalogueSearches_AreNotTold()
    {
        Send(1, "search_performed", LogText.Search("blue shoes", scope: "catalogue"));
        Send(2, "search_performed", LogText.Search("return label", 0), site: TestSites.Shop);
        Assert.Empty(_reader.Sessions());
    }
}
