using System.Globalization;
using Engagement.Training.Needs;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>The figures of need models, for a terminal.</summary>
internal static class NeedTables
{
    public static void Print(NeedFigures figures)
    {
        var table = new Table { Title = new TableTitle("The need (95 % intervals)") }.AddColumns("data", "what", "figure", "plain linear machine", "goal");
        if (figures.Banking77 is { } banking)
        {
            table.AddRow("BANKING77 test", "accuracy, all answered", $"{banking.Accuracy}", $"{banking.Plain}", "0.92");
            table.AddRow("", $"the same with {ReleasedNeedStudy.ColumnsMax} n-grams", $"{banking.Pruned}", "", "");
            table.AddRow("", "share clear", $"{banking.ClearShare}", "", "");
            table.AddRow("", "accuracy of the clear", $"{banking.ClearAccuracy}", "", "");
            table.AddRow("", "calibration error; model bytes", $"{Text(banking.ExpectedCalibrationError)}; {banking.ModelBytes}", "", "");
        }
        if (figures.Clinc150 is { } clinc)
        {
            table.AddRow("CLINC150 test", "in-scope accuracy", $"{clinc.Accuracy}", $"{clinc.PlainAccuracy}", "0.92");
            table.AddRow("", "out-of-scope recall", $"{clinc.OutOfScopeRecall}", $"{clinc.PlainOutOfScopeRecall}", "0.65");
            table.AddRow("", "in-scope accuracy, all answered", $"{clinc.ClosedAccuracy}", "", "");
            table.AddRow("", "validation: accuracy, recall", $"{Text(clinc.ValidationAccuracy)}, {Text(clinc.ValidationOutOfScopeRecall)}", "", "");
            table.AddRow("", "ROC AUC; model bytes", $"{clinc.OutOfScopeRocAuc}; {clinc.ModelBytes}", "", "");
        }
        if (figures.Released is { } released)
        {
            table.AddRow(released.Model, "accuracy, all answered", $"{released.Accuracy}", "", "");
            table.AddRow("", "share clear", $"{released.ClearShare}", "", "");
            table.AddRow("", "accuracy of the clear", $"{released.ClearAccuracy}", "", "");
            table.AddRow("", "foreign questions not clear", $"{released.ForeignRefused}", "", "");
        }
        foreach (var row in figures.Retrieval)
        {
            table.AddRow(row.Data, $"title first, of {row.Titles}; beside: the rule before", $"{row.Shipped.First}", $"{row.Replaced.First}", "");
            table.AddRow("", "title among three", $"{row.Shipped.FirstThree}", $"{row.Replaced.FirstThree}", "");
            table.AddRow("", "any title shown", $"{row.Shipped.Any}", $"{row.Replaced.Any}", "");
            table.AddRow("", "any title shown where none answers", $"{row.Shipped.AnyWhereNone}", $"{row.Replaced.AnyWhereNone}", "");
            table.AddRow("", "title exists: ROC AUC", $"{row.ExistsRocAuc}", "", "");
            table.AddRow("", "said none: where none, where there", $"{row.SaidNoneWhereNone}, {row.SaidNoneWhereThere}", "", "");
            table.AddRow("", "said it exists; the right one", $"{row.SaidThere}, {row.SaidThereRight}", "", "");
        }
        AnsiConsole.Write(table);
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
