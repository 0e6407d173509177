using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;

namespace Engagement.Engine.Api;

/// <summary>Which rejects of a site are meant. Null: whatever it is.</summary>
/// <param name="Dialect"><see cref="OwnForm"/>: our own form.</param>
/// <param name="Since">Received then or later.</param>
/// <param name="Until">Received before.</param>
internal sealed record RejectFilter(string? Code, string? Field, string? Dialect, Instant? Since, Instant? Until)
{
    public const string OwnForm = "native";

    public static bool TryRead(string? code, string? field, string? dialect, string? since, string? until, out RejectFilter filter, out IResult? problem)
    {
        filter = null!;
        if (!TryTime("since", since, out var from, out problem) || !TryTime("until", until, out var to, out problem)) return false;
        filter = new RejectFilter(code, field, dialect, from, to);
        return true;
    }

    public bool Holds(RejectRecord reject) =>
        (Code is null || Code == reject.Code) && (Field is null || Field == reject.Field) && (Dialect is null || Dialect == (reject.Dialect ?? OwnForm))
        && (Since is null || reject.ReceivedAt >= Since) && (Until is null || reject.ReceivedAt < Until);

    private static bool TryTime(string name, string? text, out Instant? at, out IResult? problem)
    {
        (at, problem) = (null, null);
        if (text is null) return true;
        if (text.Length <= 64 && TimestampReader.TryRead(Encoding.UTF8.GetBytes(text), out var read)) at = read;
        else problem = Problems.Invalid(name, "a time as RFC 3339 writes it, such as 2026-11-22T09:50:40Z");
        return problem is null;
    }
}
