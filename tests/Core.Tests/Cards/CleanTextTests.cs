using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Cards;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Cards;

public sealed class CleanTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("  return \t\r\n label ", "return label")]
    [InlineData("a\u0000b\u001b[31mc", "a b [31mc")]
    [InlineData("abc\u202Egnp.exe", "abcgnp.exe")]
    [InlineData("\u2066x\u2069 \u200By\uFEFFz\u200F", "x yz")]
    [InlineData("line\u2028two\u2029three", "line two three")]
    [InlineData("\uD800broken\uDC00", "broken")]
    [InlineData("👩‍👩‍👧 family", "👩‍👩‍👧 family")]
    [InlineData("Zurück & größer <b>", "Zurück & größer <b>")]
    [InlineData("\U000E0041tag", "tag")]
    public void Of_HostileOrHonestText_LeavesWhatOneCanRead(string? text, string clean) => Assert.Equal(clean, CleanText.Of(text));

    [Fact]
    public void Of_MarksStackedOnALetter_KeepsAFew() =>
        Assert.Equal("e\u0301\u0302\u0303x", CleanText.Of("e" + "\u0301\u0302\u0303" + new string('\u0304', 50) + "x"));

    [Fact]
    public void Of_TenThousandCharacters_IsCutWithinItsBytes()
    {
        var clean = CleanText.Of(new string('ä', 10_000));

        Assert.True(Encoding.UTF8.GetByteCount(clean) <= Limits.EvidenceTextBytesMax);
        Assert.EndsWith("…", clean, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TextThatFitsExactly_IsNotCut() =>
        Assert.Equal(new string('a', 120), CleanText.Of(new string('a', 120), 120));

    [Fact]
    public void Of_AFamilyAtTheEdge_IsNotCutInTwo()
    {
        var clean = CleanText.Of("ab " + "👩‍👩‍👧", 18);

        Assert.Equal("ab…", clean);
    }

    [Fact]
    public void Of_AnyText_IsBoundedReadableAndStable() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Gen.Choose(0, 0xFFFF).Select(c => (char)c).ArrayOf().ToArbitrary(), (char[] chars) =>
        {
            var clean = CleanText.Of(new string(chars), 40);

            Assert.True(Encoding.UTF8.GetByteCount(clean) <= 40);
            Assert.Equal(clean, CleanText.Of(clean, 40));
            Assert.DoesNotContain(clean, c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format && c is not ('\u200C' or '\u200D'));
        }));

    [Fact]
    public void Isolated_RightToLeftText_CannotTurnItsSurroundings()
    {
        Assert.Equal("\u2068שלום\u2069", CleanText.Isolated("שלום"));
        Assert.Equal("return label", CleanText.Isolated("return label"));
    }
}
