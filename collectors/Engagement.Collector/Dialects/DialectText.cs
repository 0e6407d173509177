using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects;

/// <summary>How values are read that trackers write in more than one way. Pure.</summary>
internal static class DialectText
{
    /// <summary>The longest beginning that fits into so many bytes of UTF-8, not within a character.</summary>
    public static string Cut(string text, int bytesMax)
    {
        if (text.Length <= bytesMax / 3 || Encoding.UTF8.GetByteCount(text) <= bytesMax) return text;
        var (length, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > bytesMax) break;
            bytes += rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }
        return text[..length];
    }

    /// <summary>A member of an object; undefined where there is none.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>Text, or a number or truth value as it is written; null for anything else and for the empty text. Of what <see cref="DialectJson"/> has read.</summary>
    public static string? AsText(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => null,
    };

    public static string? Text(this JsonElement element, string name) => element.Member(name).AsText();

    /// <summary>The first of the members that has text.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.Text(name) is { } text) return text;
        }
        return null;
    }

    /// <summary>A finite number, also one written as text.</summary>
    public static bool TryNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>A whole number of at least 0; a fraction is cut.</summary>
    public static bool TryCount(string? text, out int count)
    {
        count = 0;
        if (!TryNumber(text, out var number) || number is < 0 or > int.MaxValue) return false;
        count = (int)number;
        return true;
    }

    /// <summary>RFC 3339 text.</summary>
    public static bool TryTime(string? text, out Instant instant)
    {
        instant = Instant.Start;
        return text is not null && text.Length <= 64 && TimestampReader.TryRead(Encoding.UTF8.GetBytes(text), out instant);
    }

    /// <summary>Milliseconds since 1970, written as a number or as text.</summary>
    public static bool TryUnixMs(string? text, out Instant instant)
    {
        instant = Instant.Start;
        if (!TryNumber(text, out var ms) || Math.Abs(ms) > long.MaxValue / 2 || !TimestampReader.IsInRange((long)ms)) return false;
        instant = new Instant((long)ms);
        return true;
    }

    /// <summary>
    /// What happened at <paramref name="at"/> by a clock that read <paramref name="sentAt"/> when it sent, in the collector's time. Null where
    /// there is no <paramref name="at"/>.
    /// </summary>
    public static Instant? WithoutSkew(Instant? at, Instant? sentAt, Instant now) => (at, sentAt) switch
    {
        (null, _) => null,
        ({ } when, null) => when,
        ({ } when, { } sent) => sent < when ? when : new Instant(now.UnixMs - (sent.UnixMs - when.UnixMs)),
    };
}
