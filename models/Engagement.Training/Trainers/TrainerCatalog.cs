using System.Reflection;
using Engagement.Training.Trainers.XGBoost;

namespace Engagement.Training.Trainers;

/// <summary>The trainers by name. ML.NET's stand in an assembly of their own, which only a build with its packages has beside this one.</summary>
internal static class TrainerCatalog
{
    /// <summary>All names, for a verb's help.</summary>
    public const string Names = "xgboost, mlnet-fasttree or mlnet-lightgbm";

    private const string MlNetAssembly = "Engagement.Training.MLNet";

    /// <summary>Throws <see cref="TrainingException"/>, saying what to do, for an unknown trainer or one that this build leaves out.</summary>
    public static ITrainer Find(string name) => name switch
    {
        "xgboost" => new XGBoostTrainer(),
        "mlnet-fasttree" or "mlnet-lightgbm" => MlNet(name),
        _ => throw new TrainingException($"There is no trainer {name}: {Names}."),
    };

    private static ITrainer MlNet(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, MlNetAssembly + ".dll");
        if (!File.Exists(path))
        {
            throw new TrainingException(
                "This build leaves ML.NET out, because its packages could not be restored here. With the whole of NuGet: " +
                $"dotnet run -c Release --project models/Engagement.Training.MLNet -- train … --trainer {name}");
        }
        return Assembly.LoadFrom(path).GetTypes()
            .Where(candidate => candidate.IsAssignableTo(typeof(ITrainer)) && candidate is { IsAbstract: false })
            .Select(candidate => (ITrainer)Activator.CreateInstance(candidate)!)
            .Single(trainer => trainer.Name == name);
    }
}
