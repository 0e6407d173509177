using System.Collections.Immutable;

namespace Engagement.Core.Gaps;

/// <summary>One search for help.</summary>
/// <param name="Text">As searched: masked at the door, clean, at most <see cref="Limits.EvidenceTextBytesMax"/> bytes.</param>
/// <param name="ResultCount">-1 where the site did not say.</param>
/// <param name="Opened">Ids and titles of what was opened before the next search.</param>
public sealed record GapSearch(string Text, int ResultCount, ImmutableArray<string> Opened);

/// <summary>What one session asked the help centre. Lives while a report is made and no longer.</summary>
/// <param name="Visitor">The visitor's key of the day: five sessions of one visitor are not five people.</param>
/// <param name="Floundered">It reached the state.</param>
public sealed record GapSession(VisitorKey Visitor, bool Floundered, ImmutableArray<GapSearch> Searches)
{
    /// <summary>
    /// The searches that found nothing: all of a session that floundered; of another those behind its last opened result, after which it left.
    /// </summary>
    public IEnumerable<GapSearch> InVain() => Floundered ? Searches : Searches.Reverse().TakeWhile(s => s.Opened.IsEmpty);
}
