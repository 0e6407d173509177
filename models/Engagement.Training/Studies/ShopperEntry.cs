using System.Text.Json;
using Engagement.Training.Data;
using Engagement.Training.Shoppers;
using Engagement.Training.Trainers;

namespace Engagement.Training.Studies;

/// <summary>The yardstick beside published work: finished sessions of another shop (UCI 468). Nothing is released from it.</summary>
internal sealed class ShopperEntry : IStudy
{
    private const string File = "purposeful/uci468.json";
    private const string Command =
        "dotnet run --project models/Engagement.Training -c Release -- evaluate --uci ../shared/data/uci468_online_shoppers/online_shoppers_intention.csv";

    public string Name => "uci468";

    public void Run(StudyContext context)
    {
        var data = context.Data("uci468_online_shoppers", "online_shoppers_intention.csv");
        var rows = ShopperReader.Read(data);
        var trainer = TrainerCatalog.Find("xgboost");
        var study = new ShopperStudy(trainer, rows, context.Seed);
        var sets = 0;
        var figures = ShopperFigures.Of(
            rows, set => study.Evaluate(set, AtPlace(sets++, context)), trainer.Name, trainer.Version, context.Seed, Rees46Reader.Sha256(data));
        context.Write(File, JsonSerializer.Serialize(figures, ShopperFiguresJson.Default.ShopperFigures) + "\n");
    }

    public StudySection? Section(StudyContext context)
    {
        if (context.TryRead(File) is not { } json) return null;
        var figures = JsonSerializer.Deserialize(json, ShopperFiguresJson.Default.ShopperFigures)!;
        return new StudySection(
            "UCI 468: finished sessions, beside published work",
            [
                FormattableString.Invariant(
                    $"{figures.Rows:N0} finished sessions, {figures.Purchases:N0} with a purchase; {figures.Duplicates} rows equal an earlier one and stay in its fold. Five stratified folds (seed {figures.FoldSeed}), settings chosen inside each training part.") +
                FormattableString.Invariant($" Always FALSE is right in {figures.AlwaysFalseAccuracy:F3}, the rule PageValues > 0 in {figures.PageValuesRuleAccuracy:F3}: accuracy near that says nothing."),
                "PageValues is computed from transactions, BounceRates and ExitRates over all visits: a live engine knows none of them. Published beside it: XGBoost 0.937 and 0.754 (Heliyon 2023, e15163).",
            ],
            [
                new FigureTable("Purchase, on held-out sessions; intervals by bootstrap over groups of equal rows", [.. figures.Scores.SelectMany(score => new[]
                {
                    FigureRow.Of($"ROC AUC, {score.Name}", score.RocAuc, Command, score.GoalRocAuc),
                    FigureRow.Of($"PR AUC, {score.Name}", score.PrAuc, Command, score.GoalPrAuc, (double)figures.Purchases / figures.Rows),
                })]),
            ],
            []);
    }

    private static Action<double> AtPlace(int set, StudyContext context) => done => context.Progress((set + done) / 3);
}
