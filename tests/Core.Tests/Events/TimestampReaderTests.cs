using System.Globalization;
using System.Text;
using Engagement.Core.Events;

namespace Engagement.Core.Tests.Events;

public sealed class TimestampReaderTests
{
    [Theory]
    [InlineData("2026-11-22T09:50:40Z", "2026-11-22T09:50:40.000Z")]
    [InlineData("2026-11-22t09:50:40.1z", "2026-11-22T09:50:40.100Z")]
    [InlineData("2026-11-22 09:50:40.1239999Z", "2026-11-22T09:50:40.123Z")]
    [InlineData("2026-11-22T00:10:00+05:30", "2026-11-21T18:40:00.000Z")]
    [InlineData("2026-12-31T20:00:00.5-08:00", "2027-01-01T04:00:00.500Z")]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public void TryRead_Rfc3339_IsTheInstant(string text, string expected)
    {
        Assert.True(TimestampReader.TryRead(Encoding.UTF8.GetBytes(text), out var instant));
        Assert.Equal(expected, instant.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T09:50:40")]
    [InlineData("2026-11-22T09:50:40.Z")]
    [InlineData("2026-11-22T09:50:40.123")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T09:60:00Z")]
    [InlineData("2026-11-22T09:50:40+0530")]
    [InlineData("2026-11-22T09:50:40+05:3x")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("９026-11-22T09:50:40Z")]
    public void TryRead_Other_IsFalse(string text) => Assert.False(TimestampReader.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryRead_EveryDayOfFourCenturies_AgreesWithTheCalendar()
    {
        Span<byte> utf8 = stackalloc byte[TimestampReader.WrittenBytes];
        for (var day = new DateTimeOffset(1799, 1, 1, 12, 34, 56, 789, TimeSpan.Zero); day.Year < 2201; day = day.AddDays(1))
        {
            Encoding.ASCII.GetBytes(day.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), utf8);
            Assert.True(TimestampReader.TryRead(utf8, out var instant));
            Assert.Equal(day.ToUnixTimeMilliseconds(), instant.UnixMs);
            TimestampReader.Write(instant, utf8);
            Assert.True(TimestampReader.TryRead(utf8, out var again) && again == instant);
        }
    }
}
