using System.Text.Json.Serialization;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Needs;

/// <summary>What was measured of need models: <c>models/need/evaluation.json</c>.</summary>
public sealed record NeedFigures
{
    public required long Seed { get; init; }
    public Banking77Figures? Banking77 { get; init; }
    public Clinc150Figures? Clinc150 { get; init; }
    public ReleasedNeedFigures? Released { get; init; }
    public required RetrievalFigures[] Retrieval { get; init; }
}

/// <summary>The test part of BANKING77, read by a model of its training part.</summary>
/// <param name="Plain">The usual linear machine, nothing tuned.</param>
/// <param name="Pruned">With only the n-grams that a site's own model keeps (<see cref="ReleasedNeedStudy.ColumnsMax"/>).</param>
/// <param name="Curve">Accuracy among those answered against the share answered, by falling probability.</param>
public sealed record Banking77Figures(
    int TrainTexts, int TestTexts, int Topics, int Ngrams, int ModelBytes, Interval Accuracy, Interval Plain, Interval Pruned, Interval ClearShare,
    Interval ClearAccuracy, double Threshold, double ExpectedCalibrationError, NeedCurvePoint[] Curve, string[] Settings, string DataSha256);

/// <summary>The test part of CLINC150 with its out-of-scope questions; threshold from the validation part.</summary>
/// <param name="Accuracy">Share of in-scope texts read as their topic and clear.</param>
/// <param name="OutOfScopeRecall">Share of out-of-scope texts that are not clear.</param>
/// <param name="ClosedAccuracy">In-scope accuracy where every text is answered.</param>
/// <param name="PlainAccuracy">The usual linear machine with a threshold on its best margin, chosen in the same way.</param>
/// <param name="Roc">Out-of-scope texts refused against in-scope texts refused.</param>
public sealed record Clinc150Figures(
    int TrainTexts, int TestTexts, int OutOfScopeTexts, int Topics, int Ngrams, int ModelBytes, Interval Accuracy, Interval OutOfScopeRecall, Interval ClosedAccuracy,
    Interval OutOfScopeRocAuc, double ValidationAccuracy, double ValidationOutOfScopeRecall, Interval PlainAccuracy, Interval PlainOutOfScopeRecall,
    NeedCurvePoint[] Roc, string[] Settings, string DataSha256);

/// <summary>Where a threshold was settled: texts that the model which read them had not seen, and texts of topics that it did not know.</summary>
/// <param name="OutOfScopeShare">Share of all searches that the latter are made to stand for.</param>
/// <param name="Coverage">Share of texts in scope that are clear.</param>
/// <param name="OutOfScopeClear">Share of texts out of scope that are clear: wrongly.</param>
/// <param name="Precision">Share of the clear that are right, with texts out of scope at their share.</param>
/// <param name="Marginal">The same around the least sure of the clear, by isotonic regression.</param>
public sealed record HeldOutFigures(
    int Texts, int OutOfScopeTexts, double OutOfScopeShare, double Coverage, double OutOfScopeClear, double Precision, double Marginal);

/// <summary>The released prior on its data's own test part, and on another data set's questions, none of which it holds.</summary>
/// <param name="ForeignRefused">Share of BANKING77's test questions that it does not claim to understand.</param>
public sealed record ReleasedNeedFigures(
    string Model, int TrainTexts, int TestTexts, int Topics, int Ngrams, int ModelBytes, Interval Accuracy, Interval ClearShare, Interval ClearAccuracy, Interval ForeignRefused,
    double Threshold, string[] Settings)
{
    /// <summary>Null where the model was read from its file, which does not hold them.</summary>
    public HeldOutFigures? HeldOut { get; init; }
}

/// <summary>Titles found for questions: names of topics stand for titles, a test part's texts for searches.</summary>
/// <param name="Shipped">What a visitor is shown.</param>
/// <param name="Replaced">The rule before it: the share of the search's words that a title meets.</param>
/// <param name="Ungated">The order by n-grams alone, every title that shares one shown: what the gate of shared words costs and saves.</param>
/// <param name="ExistsRocAuc">How well the best score tells whether the title is there at all from the same search with that title taken away.</param>
/// <param name="SaidNoneWhereNone">Share of searches of which a site that asks for it is told that no title answers, with the title taken away.</param>
/// <param name="SaidNoneWhereThere">The same with the title there: wrongly.</param>
/// <param name="SaidThere">Share of searches of which it is said that an article exists.</param>
/// <param name="SaidThereRight">Share of those that name the right one.</param>
public sealed record RetrievalFigures(
    string Data, int Titles, int Searches, SuggestionFigures Shipped, SuggestionFigures Replaced, SuggestionFigures Ungated, Interval ExistsRocAuc,
    Interval SaidNoneWhereNone, Interval SaidNoneWhereThere, Interval SaidThere, Interval SaidThereRight);

/// <summary>One rule's suggestions, as shares of all searches.</summary>
/// <param name="First">The right title comes first.</param>
/// <param name="FirstThree">The right title is among the three shown.</param>
/// <param name="Any">Any title is shown.</param>
/// <param name="AnyWhereNone">Any title is shown though the right one was taken away: wrongly.</param>
public sealed record SuggestionFigures(Interval First, Interval FirstThree, Interval Any, Interval AnyWhereNone);

/// <summary>A point of a curve, both 0 to 1.</summary>
public readonly record struct NeedCurvePoint(double X, double Y);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NeedFigures))]
internal sealed partial class NeedFiguresJson : JsonSerializerContext;
