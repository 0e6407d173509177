using Engagement.Core.Needs;

namespace Core.Tests.Needs;

public sealed class NgramExtractorTests
{
    private static readonly NgramShape _shape = new(2, 2, 2, 4);

    private static uint[] Of(string text, NgramShape? shape = null)
    {
        var hashes = new uint[NgramExtractor.NgramsMax];
        return hashes[..NgramExtractor.Extract(text, shape ?? _shape, hashes).All];
    }

    [Theory]
    [InlineData("Return  label!", "return label")]
    [InlineData("order 12345", "order 99999")]
    [InlineData("Größe café", "große cafe")]
    [InlineData("cafe\u0301 don't", "café dont")]
    [InlineData("\u202Elabel🧵<b>", "label b")]
    public void Extract_OfTextsThatSayTheSame_IsTheSame(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("returns", "return")]
    [InlineData("stopping", "stop")]
    [InlineData("Stopped", "stop")]
    [InlineData("deliveries", "delivery")]
    [InlineData("making", "make")]
    [InlineData("billing", "bill")]
    [InlineData("passes", "pass")]
    [InlineData("is", "is")]
    [InlineData("e", "e")]
    [InlineData("Größen", "großen")]
    public void Extract_OfFormsOfAWord_AreOneWordWithoutEndings(string one, string other)
    {
        uint WordOf(string text)
        {
            var hashes = new uint[NgramExtractor.NgramsMax];
            Assert.Equal(1, NgramExtractor.Extract(text, _shape with { WordsWithoutEndings = true }, hashes).OfWords);
            return hashes[0];
        }

        Assert.Equal(WordOf(other), WordOf(one));
    }

    [Fact]
    public void Extract_OfOtherWords_AreNotOneWithoutEndings() => Assert.NotEqual(
        Of("card", _shape with { WordsWithoutEndings = true })[0], Of("care", _shape with { WordsWithoutEndings = true })[0]);

    [Fact]
    public void Extract_OfTwoWords_GivesWordsPairAndCharacters()
    {
        // " ab ": 2 to 4 characters: _a _ab _ab_ ab ab_ b_; twice; 2 words, 1 bigram, 1 pair.
        var hashes = new uint[NgramExtractor.NgramsMax];

        Assert.Equal((4, 16), NgramExtractor.Extract("ab cd", _shape, hashes));
        Assert.DoesNotContain(0u, Of("ab cd"));
    }

    [Fact]
    public void Extract_OfAnEndlessText_StopsAtItsLimits() => Assert.All(
        new[] { new string('x', 10_000), string.Concat(Enumerable.Repeat("a ", 10_000)), string.Concat(Enumerable.Repeat("word ", 10_000)) },
        text => Assert.InRange(Of(text, new NgramShape(3, 8, 2, 6)).Length, 1, NgramExtractor.NgramsMax));
}
