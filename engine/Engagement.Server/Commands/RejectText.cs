using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Engine.Api;

namespace Engagement.Server.Commands;

/// <summary>What a terminal shows of rejects. Pure.</summary>
internal static class RejectText
{
    /// <summary>Received, code, field, dialect, standing; tabs between.</summary>
    public static string LineOf(JsonElement reject)
    {
        var standing = Text("resentAt") is { } at ? $"resent {at}"
            : Text("why") is { } why ? $"not resendable: {why}"
            : reject.TryGetProperty("resendable", out var can) && can.ValueKind == JsonValueKind.True ? "resendable" : "unknown";
        return string.Join('\t', Text("receivedAt") ?? "-", Text("code") ?? "-", Text("field") ?? "-", Text("dialect") ?? "native", standing);

        string? Text(string name) => reject.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Plain(value.GetString()!) : null;
    }

    /// <summary>Both together, with the later one's <c>next</c>.</summary>
    public static ResendAnswer Add(ResendAnswer sum, ResendAnswer page) => page with
    {
        Matched = sum.Matched + page.Matched,
        Taken = sum.Taken + page.Taken,
        AlreadyResent = sum.AlreadyResent + page.AlreadyResent,
        BeingResent = sum.BeingResent + page.BeingResent,
        RejectedAgain = Add(sum.RejectedAgain, page.RejectedAgain),
        Refused = Add(sum.Refused, page.Refused),
        NotResendable = Add(sum.NotResendable, page.NotResendable),
    };

    /// <summary>A line for each kind of end that there was.</summary>
    public static IEnumerable<string> LinesOf(ResendAnswer answer)
    {
        yield return Line(answer.Matched, "rejects");
        yield return Line(answer.Taken, answer.DryRun ? "would be taken" : "taken");
        if (answer.AlreadyResent > 0) yield return Line(answer.AlreadyResent, "sent again before");
        if (answer.BeingResent > 0) yield return Line(answer.BeingResent, "another call is sending, or was cut off: try again in half a minute");
        foreach (var count in answer.RejectedAgain) yield return Line(count.Count, $"{(answer.DryRun ? "would be rejected" : "rejected")} again: {Of(count)}");
        foreach (var count in answer.Refused) yield return Line(count.Count, $"refused by the site's rules: {Of(count)}");
        foreach (var count in answer.NotResendable) yield return Line(count.Count, $"not resendable: {Of(count)}");
    }

    /// <summary>Nothing in it moves a cursor or turns a line around: senders' texts end up here.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else plain.Append(c);
        }
        return plain.ToString();
    }

    private static string Of(ResendCount count) => Plain(count.Field is null ? count.Code : $"{count.Code} {count.Field}");

    private static string Line(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count,8}  {what}");

    private static List<ResendCount> Add(IReadOnlyList<ResendCount> one, IReadOnlyList<ResendCount> other) =>
        [.. one.Concat(other).GroupBy(c => (c.Code, c.Field)).Select(g => new ResendCount(g.Key.Code, g.Key.Field, g.Sum(c => c.Count))).OrderByDescending(c => c.Count)];
}
