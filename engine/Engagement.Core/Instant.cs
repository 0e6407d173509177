using System.Globalization;

namespace Engagement.Core;

/// <summary>A point on the time line, in whole milliseconds since 1970-01-01T00:00:00Z. Immutable and thread-safe.</summary>
/// <param name="UnixMs">Milliseconds since the Unix epoch, UTC; may be negative.</param>
public readonly record struct Instant(long UnixMs) : IComparable<Instant>
{
    /// <summary>Before every event: the value of a point in time that has not come.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>After no event: the start of a clock that has heard nothing yet.</summary>
    public static readonly Instant Start = new(long.MinValue);

    public static Instant FromUnixMs(long unixMs) => new(unixMs);
    public static Instant FromDateTimeOffset(DateTimeOffset value) => new(value.ToUnixTimeMilliseconds());

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> outside the years 1 to 9999.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(UnixMs);

    public int CompareTo(Instant other) => UnixMs.CompareTo(other.UnixMs);

    public static Instant operator +(Instant left, TimeSpan right) => new(left.UnixMs + right.Ticks / TimeSpan.TicksPerMillisecond);
    public static Instant operator -(Instant left, TimeSpan right) => new(left.UnixMs - right.Ticks / TimeSpan.TicksPerMillisecond);
    public static TimeSpan operator -(Instant left, Instant right) => new((left.UnixMs - right.UnixMs) * TimeSpan.TicksPerMillisecond);
    public static bool operator <(Instant left, Instant right) => left.UnixMs < right.UnixMs;
    public static bool operator >(Instant left, Instant right) => left.UnixMs > right.UnixMs;
    public static bool operator <=(Instant left, Instant right) => left.UnixMs <= right.UnixMs;
    public static bool operator >=(Instant left, Instant right) => left.UnixMs >= right.UnixMs;

    public static Instant Max(Instant left, Instant right) => left > right ? left : right;
    public static Instant Min(Instant left, Instant right) => left < right ? left : right;

    /// <summary>Length of the text that <see cref="Write"/> gives.</summary>
    public const int TextBytes = 24;

    private const string TextFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>
    /// Writes the text of <see cref="ToString"/> as UTF-8, without allocating; <paramref name="destination"/> must hold <see cref="TextBytes"/>. Throws
    /// <see cref="ArgumentOutOfRangeException"/> as <see cref="ToDateTimeOffset"/> does.
    /// </summary>
    public void Write(Span<byte> destination) => ToDateTimeOffset().TryFormat(destination, out _, TextFormat, CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 in UTC with milliseconds, such as <c>2026-11-22T09:50:40.123Z</c>.</summary>
    public override string ToString() =>
        this == Never ? "never" : this == Start ? "start"
            : ToDateTimeOffset().ToString(TextFormat, CultureInfo.InvariantCulture);
}
