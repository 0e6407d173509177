using System.Text.Json.Nodes;
using Engagement.Training.Evaluation;
using Engagement.Training.Purposeful;

namespace Engagement.Training.Report;

/// <summary>Writes pictures as Vega-Lite specifications with their data inside; <c>charts/</c> beside this project turns them into SVG.</summary>
internal static class ChartWriter
{
    private const string Schema = "https://vega.github.io/schema/vega-lite/v6.json";

    public static JsonObject Reliability(Reliability calibration)
    {
        var bins = new JsonArray([.. calibration.Bins.Select(bin => new JsonObject
        {
            ["predicted"] = Rounded(bin.Predicted),
            ["observed"] = Rounded(bin.Observed),
            ["rows"] = bin.Rows,
        })]);
        var end = Math.Ceiling(20 * calibration.Bins.Max(bin => Math.Max(bin.Predicted, bin.Observed))) / 20;
        return Chart("Reliability on held-out users: ten bins of equal size",
        [
            new JsonObject
            {
                ["data"] = new JsonObject { ["values"] = new JsonArray(Point(0, 0), Point(end, end)) },
                ["mark"] = new JsonObject { ["type"] = "line", ["color"] = "#888", ["strokeDash"] = new JsonArray(4, 4) },
                ["encoding"] = Encoding("predicted", "predicted probability", "observed", "share that purchased"),
            },
            new JsonObject
            {
                ["data"] = new JsonObject { ["values"] = bins },
                ["mark"] = new JsonObject { ["type"] = "line", ["point"] = true },
                ["encoding"] = Encoding("predicted", "predicted probability", "observed", "share that purchased"),
            },
        ]);

        static JsonObject Point(double x, double y) => new() { ["predicted"] = x, ["observed"] = y };
    }

    public static JsonObject PrecisionRecall(EventFigures[] figures)
    {
        var points = new JsonArray([.. figures.SelectMany(after => after.PrecisionRecall.Select(point => new JsonObject
        {
            ["recall"] = point.Recall,
            ["precision"] = point.Precision,
            ["after"] = $"event {after.Event}",
        }))]);
        var encoding = Encoding("recall", "recall", "precision", "precision");
        encoding["color"] = new JsonObject { ["field"] = "after", ["type"] = "nominal", ["title"] = "after" };
        return Chart("Precision and recall on held-out users",
        [
            new JsonObject
            {
                ["data"] = new JsonObject { ["values"] = points },
                ["mark"] = new JsonObject { ["type"] = "line", ["interpolate"] = "step-before" },
                ["encoding"] = encoding,
            },
        ]);
    }

    private static JsonObject Chart(string title, JsonArray layers) => new()
    {
        ["$schema"] = Schema,
        ["title"] = title,
        ["width"] = 420,
        ["height"] = 320,
        ["background"] = "white",
        ["layer"] = layers,
    };

    private static JsonObject Encoding(string x, string titleX, string y, string titleY) => new()
    {
        ["x"] = new JsonObject { ["field"] = x, ["type"] = "quantitative", ["title"] = titleX },
        ["y"] = new JsonObject { ["field"] = y, ["type"] = "quantitative", ["title"] = titleY },
    };

    private static double Rounded(double value) => Math.Round(value, 5);
}
