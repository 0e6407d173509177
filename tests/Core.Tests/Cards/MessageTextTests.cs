using Engagement.Core;
using Engagement.Core.Cards;

namespace Core.Tests.Cards;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("  two\r\nlines \n\n\n\n\nand more", "two\nlines \n\nand more")]
    [InlineData("<b>bold</b> & \"quoted\"", "<b>bold</b> & \"quoted\"")]
    [InlineData("a\u202Eb\u2066c\u200Bd\u0007e", "abcde")]
    [InlineData("half \uD83D surrogate", "half  surrogate")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467 שלום", "\U0001F468\u200D\U0001F469\u200D\U0001F467 שלום")]
    public void TryClean_KeepsHerWords_AndNothingInvisible(string text, string expected)
    {
        Assert.True(MessageText.TryClean(text, out var clean, out _));
        Assert.Equal(expected, clean);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n \u202E\u0000 ")]
    public void TryClean_NothingReadable_IsRefused(string? text) => Assert.False(MessageText.TryClean(text, out _, out _));

    [Fact]
    public void TryClean_TooLong_IsRefusedAndNotCut()
    {
        Assert.True(MessageText.TryClean(new string('x', Limits.MessageCharactersMax), out _, out _));
        Assert.False(MessageText.TryClean(new string('x', Limits.MessageCharactersMax + 1), out var clean, out var fault));
        Assert.Equal(("", "1 to 2000 characters"), (clean, fault));
    }
}
