using System.Globalization;
using System.Text;
using Engagement.Training.Needs;

namespace Engagement.Training.Report;

/// <summary>Writes the card of the need models from their evaluation, so that no figure in it is typed by hand.</summary>
internal static class NeedCardWriter
{
    public static string Write(NeedFigures figures)
    {
        var text = new StringBuilder("""
            # Model card: need

            What a search asks for, of topics that a site names, or "not clear". A linear classifier over hashed n-grams of words, pairs of words and characters
            within words; weights in 8-bit steps. In the core: `NeedModel`. Written by `report`, not by hand.

            **A prior, off by default.** The released file knows the 27 intents of a made-up shop, in English (`"models": {"need": "released"}`). For a help centre
            its own articles and topics matter most: `train need --from articles.json` or `FILE.csv`. Titles alone need no model: they are found by their n-grams.

            ## How it was made
            The sum of two linear classifiers over the same n-grams: one support vector machine for each topic against the rest (squared hinge loss, dual coordinate
            descent, Hsieh et al. 2008) and, with a weight of 0.15, one logistic regression over all topics, trained with half of the n-grams left out at each visit
            (dropout). Words count without English endings. N-grams that the model does not know count to a text's length, so that a text of unknown words is far from
            every topic. Whether a topic is clear: a logistic rule over the best margin, its lead, and the share of n-grams known, fitted on texts held out (copies
            of a text in one fold), and with them, in turn, a fifth of the topics, whose texts then are questions that no topic answers.

            **Threshold.** On those texts, with one search in five out of scope: the smallest at which of clear readings the share asked for is right on average, *and* each one, also
            the least sure, is more probably right than wrong, by the rule's probability and by isotonic regression of what was right (`ClarityFit.ThresholdFor`).

            **How the settings were chosen.** By five folds inside BANKING77's training part alone (mean over topics, so that topics weigh as in the test part), among some
            ninety variants: 0.908 before; 0.910 without endings; 0.913 with the logistic regression and C = 1, which is what was taken. Tried and not better there: weights by log-count ratio
            (NB-SVM, 0.895), other powers of rarity (0.900 to 0.907) and none (0.904), weighting by entropy over topics (0.903), three words in a row, three words apart, character n-grams
            across words (0.905 to 0.908), marks for money and questions, copies of texts with words left out (0.905), a network with one hidden layer (0.898; with this, no gain).
            BANKING77's test part was measured with two settings in all: those before (0.916) and these. CLINC150's validation part had a say in the settings before; of these it
            settled the threshold alone.

            ## Figures
            In brackets 95 % intervals, by bootstrap over texts. *Plain*: words and pairs of neighbours, characters 2 to 5, tf-idf, linear SVM, nothing tuned.

            | data | what | this | plain | goal |
            |---|---|---|---|---|

            """);
        if (figures.Banking77 is { } banking) Add(text, banking);
        if (figures.Clinc150 is { } clinc) Add(text, clinc);
        if (figures.Released is { } released) Add(text, released);
        text.Append("""

            ## Titles found
            Names of topics stand for titles, test questions for searches; nothing is trained. *As shipped*: order by n-grams, of which only titles are shown that meet two
            fifths of the search's words. *The rule before*: the share of the search's words that the title meets, forms and slips included, from two fifths on.
            *Without the gate*: the order by n-grams alone. The gate shows far less, above all of long questions such as these; in return a title is shown for 4 to 26 of 100
            searches that none answers, instead of for nearly all.

            | data | titles | | as shipped | the rule before | without the gate |
            |---|---:|---|---|---|---|

            """);
        foreach (var row in figures.Retrieval)
        {
            text.AppendLine(Invariant($"| {row.Data} | {row.Titles} | the right one first | {row.Shipped.First} | {row.Replaced.First} | {row.Ungated.First} |"));
            text.AppendLine(Invariant($"| | | among the three shown | {row.Shipped.FirstThree} | {row.Replaced.FirstThree} | {row.Ungated.FirstThree} |"));
            text.AppendLine(Invariant($"| | | any shown | {row.Shipped.Any} | {row.Replaced.Any} | {row.Ungated.Any} |"));
            text.AppendLine(Invariant($"| | | any shown where none answers | {row.Shipped.AnyWhereNone} | {row.Replaced.AnyWhereNone} | {row.Ungated.AnyWhereNone} |"));
            text.AppendLine(Invariant($"| | | said that one exists; it is the right one | {row.SaidThere}; {row.SaidThereRight} | | |"));
            text.AppendLine(Invariant($"| | | the title exists, ROC AUC | {row.ExistsRocAuc} | | |"));
            text.AppendLine(Invariant($"| | | said that none answers, where a site asks for it: rightly, wrongly | {row.SaidNoneWhereNone}, {row.SaidNoneWhereThere} | | |"));
        }
        text.Append("""

            ## Limits
            - Bitext's data are machine-made and its parts alike: its own test figure says little of real searches. The other two are real or crowd-written questions,
              longer than what people type into a search box.
            - That an article exists, or none, is read from titles alone, which is little. That none answers is so often said wrongly (last row of each data set) that a card
              leaves it out unless the site asks for it (`"card": {"noArticle": "said"}`).
            - A site's accuracy is known only from its own labelled searches: `evaluate --need FILE.csv --model FOLDER`.

            ## Make it again
            ```
            dotnet run --project models/Engagement.Training -c Release -- reproduce --data ../shared/data --only need
            ```
            The same command gives the same bytes. Data, none of it part of this project: BANKING77 (Casanueva et al. 2020, CC BY 4.0), CLINC150 (Larson et al. 2019,
            CC BY 3.0), Bitext customer service sample (CDLA-Sharing-1.0), from which the released weights are derived.

            """);
        return text.ToString();
    }

    private static void Add(StringBuilder text, Banking77Figures of)
    {
        text.AppendLine(Invariant($"| BANKING77, {of.TestTexts} test texts, {of.Topics} topics | accuracy, all answered | {of.Accuracy} | {of.Plain} | 0.92 |"));
        text.AppendLine(Invariant($"| | the same with {ReleasedNeedStudy.ColumnsMax} n-grams, as a site's own model | {of.Pruned} | | |"));
        text.AppendLine(Invariant($"| | share clear; accuracy of these | {of.ClearShare}; {of.ClearAccuracy} | | |"));
        text.AppendLine(Invariant($"| | expected calibration error; model | {of.ExpectedCalibrationError:F3}; {of.ModelBytes / 1e6:F1} MB | | |"));
    }

    private static void Add(StringBuilder text, Clinc150Figures of)
    {
        text.AppendLine(Invariant($"| CLINC150, {of.TestTexts} in scope, {of.OutOfScopeTexts} out | in-scope accuracy | {of.Accuracy} | {of.PlainAccuracy} | 0.92 |"));
        text.AppendLine(Invariant($"| | out-of-scope recall | {of.OutOfScopeRecall} | {of.PlainOutOfScopeRecall} | 0.65 |"));
        text.AppendLine(Invariant($"| | validation, where the threshold was chosen | {of.ValidationAccuracy:F3}, {of.ValidationOutOfScopeRecall:F3} | | |"));
        text.AppendLine(Invariant($"| | in-scope accuracy, all answered | {of.ClosedAccuracy} | | |"));
        text.AppendLine(Invariant($"| | out of scope, ROC AUC; model | {of.OutOfScopeRocAuc}; {of.ModelBytes / 1e6:F1} MB | | |"));
    }

    private static void Add(StringBuilder text, ReleasedNeedFigures of)
    {
        text.AppendLine(Invariant($"| released `{of.Model}`, {of.TestTexts} test texts, {of.Topics} topics, {of.ModelBytes / 1e6:F1} MB | accuracy, all answered | {of.Accuracy} | | |"));
        text.AppendLine(Invariant($"| | share clear; accuracy of these | {of.ClearShare}; {of.ClearAccuracy} | | |"));
        text.AppendLine(Invariant($"| | questions of a bank that it calls not clear | {of.ForeignRefused} | | |"));
        text.AppendLine(Invariant($"| | threshold | {of.Threshold:F3} | | |"));
        if (of.HeldOut is not { } held) return;
        text.AppendLine(Invariant($"| where the threshold was settled: {held.Texts} texts held out, {held.OutOfScopeTexts} of topics held out | share clear; of topics held out | {held.Coverage:F3}; {held.OutOfScopeClear:F3} | | |"));
        text.AppendLine(Invariant($"| | share right among the clear; around the least sure ({held.OutOfScopeShare:F1} of all out of scope) | {held.Precision:F3}; {held.Marginal:F3} | | |"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
