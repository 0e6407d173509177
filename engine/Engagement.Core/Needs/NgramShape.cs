namespace Engagement.Core.Needs;

/// <summary>Which n-grams of a text are looked at. Immutable; part of a need model's file.</summary>
/// <param name="WordsMax">Words in a row, 1 to 3.</param>
/// <param name="PairsApart">Two words in their order with up to so many others between them, 0 (none) to 8.</param>
/// <param name="CharactersMin">Characters in a row within one word and the blanks around it, 2 to <paramref name="CharactersMax"/>.</param>
/// <param name="CharactersMax">At most 6.</param>
/// <param name="WordsWithoutEndings">
/// Whether words count without an English ending (s, ies, ed, ing), so that forms of a word are one; characters keep it. A file that does not say so means false.
/// </param>
public readonly record struct NgramShape(int WordsMax, int PairsApart, int CharactersMin, int CharactersMax, bool WordsWithoutEndings = false)
{
    public bool IsValid => WordsMax is >= 1 and <= 3 && PairsApart is >= 0 and <= 8 && CharactersMin >= 2 && CharactersMax <= 6 && CharactersMin <= CharactersMax;
}
