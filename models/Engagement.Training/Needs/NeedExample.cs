using Engagement.Core.Needs;

namespace Engagement.Training.Needs;

/// <summary>A text and what it asks for.</summary>
/// <param name="Topic">Null: nothing that the topics hold (out of scope).</param>
public sealed record NeedExample(string Text, string? Topic);

/// <summary>How a need model is trained.</summary>
/// <param name="WordShare">Weight of words against characters.</param>
/// <param name="TextsMin">Texts in which an n-gram must occur to be known.</param>
/// <param name="ColumnsMax">N-grams kept: those whose weights move most. 0: all.</param>
/// <param name="Cost">C of the support vector machines.</param>
/// <param name="Positive">How many times C an error on a topic's own texts costs: they are few against the rest.</param>
/// <param name="Balance">0 to 1: how far topics with few texts are made to weigh as much as those with many.</param>
/// <param name="Logistic">How many times the margins of a logistic regression are added to those of the support vector machines. 0: none is trained.</param>
public sealed record NeedSettings(
    NgramShape Shape, float WordShare, int TextsMin, int ColumnsMax, float Cost, float Positive, float Balance, float Logistic, int Epochs, int Seed)
{
    /// <summary>Settled by five folds of BANKING77's training part and CLINC150's validation part; see the model's card.</summary>
    public static readonly NeedSettings Default = new(new NgramShape(2, 6, 2, 5, WordsWithoutEndings: true), 1, 2, 0, 1, 2, 1, 0.15f, 8, 1);

    /// <summary>The usual linear machine of this kind: words alone and in pairs of neighbours, characters 2 to 5, nothing tuned.</summary>
    public static readonly NeedSettings Plain = new(new NgramShape(2, 0, 2, 5), 1, 2, 0, 1, 1, 0, 0, 8, 1);

    public string[] Describe() =>
    [
        FormattableString.Invariant($"words={Shape.WordsMax}"), FormattableString.Invariant($"pairs_apart={Shape.PairsApart}"),
        FormattableString.Invariant($"characters={Shape.CharactersMin}-{Shape.CharactersMax}"), FormattableString.Invariant($"word_share={WordShare}"),
        FormattableString.Invariant($"texts_min={TextsMin}"), FormattableString.Invariant($"columns_max={ColumnsMax}"), FormattableString.Invariant($"c={Cost}"),
        FormattableString.Invariant($"positive={Positive}"), FormattableString.Invariant($"balance={Balance}"), FormattableString.Invariant($"logistic={Logistic}"),
        FormattableString.Invariant($"epochs={Epochs}"), FormattableString.Invariant($"words_without_endings={(Shape.WordsWithoutEndings ? 1 : 0)}"),
    ];
}
