using System.Collections.Immutable;
using System.Text;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sessions;
using Engagement.Core.Sites;

namespace Engagement.Core.Gaps;

/// <summary>
/// Reads one partition's records through the engine's own pipeline again, and gathers what each session searched for. A session under GPC, DNT or a
/// refusal leaves nothing, from whichever of its events the signal came; an erasure takes all of the visitor's sessions with it. Not thread-safe.
/// </summary>
/// <param name="from">Events received before are applied but not told.</param>
public sealed class GapSessionReader(SiteModel site, Instant from)
{
    private const PrivacySignals Objections = PrivacySignals.ConsentRefused | PrivacySignals.GlobalPrivacyControl | PrivacySignals.DoNotTrack | PrivacySignals.NotHuman;

    private readonly EngagementPipeline _pipeline = new();
    private readonly PipelineOutput _output = new();
    private readonly VisitorEventReader _reader = new();
    private readonly SiteCatalog _sites = new([site], 1);
    private readonly byte[] _siteId = Encoding.UTF8.GetBytes(site.Id);
    private readonly Dictionary<SessionId, Course> _courses = [];
    private readonly HashSet<SessionId> _floundered = [];
    private readonly HashSet<SessionId> _objected = [];

    /// <summary>Sessions that signals keep out, whatever they did.</summary>
    public int LeftOut => _objected.Count;

    /// <summary>True where <see cref="Limits.GapSessionsMax"/> was reached and later sessions are missing.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Applies the next record of <see cref="Contracts.Topics.Events"/>; erased visitors' records must have been hidden.</summary>
    public void Apply(ReadOnlySpan<byte> record, long offset)
    {
        var outcome = _pipeline.Apply(record, offset, _sites, _output);
        for (var i = 0; i < _output.Wishes.Count; i++) _pipeline.Resolve(_output.Wishes[i], OfferResolution.NobodyFree, Instant.Never, _sites, _output);
        foreach (var decision in _output.Decisions)
            if (decision.State == VisitorState.Floundering) _floundered.Add(decision.Id.Session);
        _output.Clear();
        if (outcome is RecordOutcome.Rejected or RecordOutcome.Duplicate or RecordOutcome.Late or RecordOutcome.Tick) return;
        if (!_reader.TryRead(record, out var e).IsOk || !e.Site.SequenceEqual(_siteId)) return;
        if (e.Type == EventType.VisitorErased) Forget(e.VisitorKey);
        else if (outcome is RecordOutcome.Applied or RecordOutcome.Unscored && _pipeline.Find(e.VisitorKey) is { } session) Take(session, e);
    }

    /// <summary>Sessions with a search for help, in no order.</summary>
    public IEnumerable<GapSession> Sessions() => _courses.Where(c => c.Value.Searches.Count > 0).Select(c => new GapSession(
        c.Value.Visitor, _floundered.Contains(c.Key), [.. c.Value.Searches.Select(s => new GapSearch(s.Text, s.ResultCount, [.. s.Opened]))]));

    private void Take(SessionState session, scoped in VisitorEvent e)
    {
        if ((session.Signals & Objections) != 0)
        {
            _courses.Remove(session.Id);
            _objected.Add(session.Id);
            return;
        }
        if (e.ReceivedAt < from) return;
        if (e.Type == EventType.SearchPerformed && IsHelp(e, session)) Search(session, e);
        else if (e.Type is EventType.SearchResultOpened or EventType.ArticleViewed) Open(session, e);
    }

    private void Search(SessionState session, scoped in VisitorEvent e)
    {
        if (!_courses.TryGetValue(session.Id, out var course))
        {
            if (_courses.Count == Limits.GapSessionsMax)
            {
                IsFull = true;
                return;
            }
            _courses.Add(session.Id, course = new Course(session.Visitor));
        }
        var text = CleanText.Of(Encoding.UTF8.GetString(e.Query));
        if (text.Length == 0) return;
        if (course.Searches.Count == Limits.GapSearchesMax) course.Searches.RemoveAt(0);
        course.Searches.Add((text, e.ResultCount, []));
    }

    private void Open(SessionState session, scoped in VisitorEvent e)
    {
        if (!_courses.TryGetValue(session.Id, out var course) || course.Searches.Count == 0) return;
        var opened = course.Searches[^1].Opened;
        if (opened.Count >= Limits.GapSearchesMax) return;
        // Something was opened even where it has no name.
        opened.Add(NameOf(e.ArticleId));
        if (!e.ArticleTitle.IsEmpty) opened.Add(NameOf(e.ArticleTitle));
        if (!e.PageTitle.IsEmpty) opened.Add(NameOf(e.PageTitle));
    }

    private void Forget(VisitorKey visitor)
    {
        foreach (var (id, course) in _courses)
            if (course.Visitor == visitor) _courses.Remove(id);
    }

    // A help centre on its own seldom says where its one search looks; a shop that sells says of its searches, or they are of its catalogue.
    private static bool IsHelp(scoped in VisitorEvent e, SessionState session) =>
        e.Scope == SearchScope.Help || (e.Scope == SearchScope.Unspecified && session.Activity.ProductsViewed == 0);

    private static string NameOf(ReadOnlySpan<byte> text) => Words.Normalise(CleanText.Of(Encoding.UTF8.GetString(text)));

    private sealed class Course(VisitorKey visitor)
    {
        public VisitorKey Visitor { get; } = visitor;
        public List<(string Text, int ResultCount, List<string> Opened)> Searches { get; } = [];
    }
}
