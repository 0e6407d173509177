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
            One linear support vector machine for each topic against the rest (squared hinge loss, dual coordinate descent, Hsieh et al. 2008). N-grams that
            the model does not know count to a text's length, so that a text of unknown words is far from every topic. Whether a topic is clear: a logistic rule over
            the best margin, its lead, and the share of n-grams known, fitted on texts held out, and with them, in turn, a fifth of the topics, whose texts then are
            questions that no topic answers. The settings were chosen on five folds of BANKING77's training part and on CLINC150's validation part, among some thirty.

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
            Names of topics stand for titles, test questions for searches; nothing is trained. *By words*: the share of the search's words that the title has.

            | data | titles | | by n-grams | by words |
            |---|---:|---|---|---|

            """);
        foreach (var row in figures.Retrieval)
        {
            text.AppendLine(Invariant($"| {row.Data} | {row.Titles} | first | {row.First} | {row.BaselineFirst} |"));
            text.AppendLine(Invariant($"| | | among three | {row.FirstThree} | {row.BaselineFirstThree} |"));
            text.AppendLine(Invariant($"| | | the title exists, ROC AUC | {row.ExistsRocAuc} | |"));
            text.AppendLine(Invariant($"| | | said that none answers: rightly, wrongly | {row.SaidNoneWhereNone}, {row.SaidNoneWhereThere} | |"));
            text.AppendLine(Invariant($"| | | said that one exists; it is the right one | {row.SaidThere}; {row.SaidThereRight} | |"));
        }
        text.Append("""

            ## Limits
            - Bitext's data are machine-made and its parts alike: its own test figure says little of real searches. The other two are real or crowd-written questions,
              longer than what people type into a search box.
            - That an article exists, or none, is read from titles alone, which is little: between both thresholds nothing is said.
            - A site's accuracy is known only from its own labelled searches: `evaluate --need FILE.csv --model FOLDER`.

            ## Make it again
            ```
            dotnet run --project models/Engagement.Training -c Release -- train need --bitext ../shared/data/bitext_customer_service --out models/need --trained-at 2026-11-30
            dotnet run --project models/Engagement.Training -c Release -- evaluate --need --banking77 ../shared/data/banking77 --clinc150 ../shared/data/clinc150 \
                --bitext ../shared/data/bitext_customer_service --model models/need --out models/need
            dotnet run --project models/Engagement.Training -c Release -- report models/need
            ```
            The same commands give the same bytes. Data, none of it part of this project: BANKING77 (Casanueva et al. 2020, CC BY 4.0), CLINC150 (Larson et al. 2019,
            CC BY 3.0), Bitext customer service sample (CDLA-Sharing-1.0), from which the released weights are derived.

            """);
        return text.ToString();
    }

    private static void Add(StringBuilder text, Banking77Figures of)
    {
        text.AppendLine(Invariant($"| BANKING77, {of.TestTexts} test texts, {of.Topics} topics | accuracy, all answered | {of.Accuracy} | {of.Plain} | 0.92 |"));
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
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
