namespace Engagement.Core.Events;

/// <summary>Points in time as text: RFC 3339 with any offset. Allocates nothing; thread-safe.</summary>
public static class TimestampReader
{
    /// <summary>Length of what <see cref="Write"/> writes.</summary>
    public const int WrittenBytes = 24;

    private const long UnixMsMin = -62_135_596_800_000; // 0001-01-01T00:00:00Z
    private const long UnixMsMax = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z
    private const long DayMs = 86_400_000;

    /// <summary>Whether a Unix time in ms lies in the years 1 to 9999.</summary>
    public static bool IsInRange(long unixMs) => unixMs is >= UnixMsMin and <= UnixMsMax;

    /// <summary>
    /// Reads <c>yyyy-MM-ddTHH:mm:ss[.f+](Z|±HH:mm)</c>; <c>t</c>, <c>z</c> and a space for the T are taken too (RFC 3339, 5.6). A leap second
    /// counts as the next minute's first. Digits below the millisecond are cut. False outside the years 1 to 9999.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Instant instant)
    {
        instant = default;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return false;
        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
        var (year, month, day) = (Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2));
        var (hour, minute, second) = (Digits(text, 11, 2), Digits(text, 14, 2), Digits(text, 17, 2));
        if ((year | month | day | hour | minute | second) < 0) return false;
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 60) return false;

        var at = 19;
        if (!TryReadFraction(text, ref at, out var fractionMs) || !TryReadOffset(text[at..], out var offsetMinutes)) return false;
        var ms = DaysSinceEpoch(year, month, day) * DayMs
            + ((hour * 60L + minute - offsetMinutes) * 60 + second) * 1000 + fractionMs;
        instant = new Instant(ms);
        return IsInRange(ms);
    }

    /// <summary>Writes <c>yyyy-MM-ddTHH:mm:ss.fffZ</c>. Throws outside the years 1 to 9999 or when shorter than <see cref="WrittenBytes"/>.</summary>
    public static void Write(Instant instant, Span<byte> destination)
    {
        if (!IsInRange(instant.UnixMs)) throw new ArgumentOutOfRangeException(nameof(instant), instant.UnixMs, "outside the years 1 to 9999");
        "0000-00-00T00:00:00.000Z"u8.CopyTo(destination);
        var days = (int)Math.DivRem(instant.UnixMs - UnixMsMin, DayMs, out var msOfDay);
        var (year, month, day) = DateOnly.FromDayNumber(days);
        Put(destination, 0, 4, year);
        Put(destination, 5, 2, month);
        Put(destination, 8, 2, day);
        var ms = (int)msOfDay;
        Put(destination, 11, 2, ms / 3_600_000);
        Put(destination, 14, 2, ms / 60_000 % 60);
        Put(destination, 17, 2, ms / 1000 % 60);
        Put(destination, 20, 3, ms % 1000);
    }

    private static void Put(Span<byte> destination, int start, int count, int value)
    {
        for (var i = start + count - 1; i >= start; i--, value /= 10) destination[i] = (byte)('0' + value % 10);
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, ref int at, out int ms)
    {
        ms = 0;
        if (text[at] != '.') return true;
        var start = ++at;
        for (var scale = 100; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, scale /= 10) ms += (text[at] - '0') * scale;
        return at > start && at < text.Length;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1) return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        var (hour, minute) = (Digits(text, 1, 2), Digits(text, 4, 2));
        if (hour is < 0 or > 23 || minute is < 0 or > 59) return false;
        minutes = (hour * 60 + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>-1 unless all are digits.</summary>
    private static int Digits(ReadOnlySpan<byte> text, int start, int count)
    {
        var value = 0;
        for (var i = start; i < start + count; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit > 9) return -1;
            value = value * 10 + (int)digit;
        }
        return value;
    }

    /// <summary>Days from 1970-01-01 in the proleptic Gregorian calendar, counting years from March (Hinnant, "chrono-compatible low-level date algorithms").</summary>
    private static long DaysSinceEpoch(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = y / 400;
        var yearOfEra = y - era * 400;
        var dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        var dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }
}
