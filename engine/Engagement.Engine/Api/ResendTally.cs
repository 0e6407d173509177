using Engagement.Core.Contracts;

namespace Engagement.Engine.Api;

/// <summary>Counts what becomes of rejects that are sent again. Not thread-safe.</summary>
internal sealed class ResendTally
{
    private readonly Dictionary<(string Code, string? Field), int> _rejected = [];
    private readonly Dictionary<(string Code, string? Field), int> _refused = [];
    private readonly Dictionary<(string Code, string? Field), int> _notResendable = [];
    private int _beingResent;

    public int Matched { get; init; }
    public int Taken { get; set; }
    public int AlreadyResent { get; set; }

    public void NotResendable(string why) => Add(_notResendable, why, null);

    /// <summary>What is to be appended; null, and counted, where the mapping gave nothing.</summary>
    public LogAppend? Take(RejectVerdict verdict)
    {
        if (verdict.Event is null) Add(verdict.IsRefused ? _refused : _rejected, verdict.Code!, verdict.Field);
        return verdict.Event;
    }

    /// <summary>True where it is the caller's to send.</summary>
    public bool Count(ResendOutcome outcome)
    {
        if (outcome == ResendOutcome.Taken) Taken++;
        else if (outcome == ResendOutcome.Resent) AlreadyResent++;
        else if (outcome == ResendOutcome.Busy) _beingResent++;
        else NotResendable(RejectCauses.KeyGone);
        return outcome == ResendOutcome.Taken;
    }

    public ResendAnswer ToAnswer(bool dryRun, string? next) =>
        new(dryRun, Matched, Taken, AlreadyResent, _beingResent, ToCounts(_rejected), ToCounts(_refused), ToCounts(_notResendable), next);

    private static void Add(Dictionary<(string Code, string? Field), int> counts, string code, string? field) =>
        counts[(code, field)] = counts.GetValueOrDefault((code, field)) + 1;

    private static ResendCount[] ToCounts(Dictionary<(string Code, string? Field), int> counts) =>
        [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Code, StringComparer.Ordinal).ThenBy(c => c.Key.Field, StringComparer.Ordinal).Select(c => new ResendCount(c.Key.Code, c.Key.Field, c.Value))];
}
