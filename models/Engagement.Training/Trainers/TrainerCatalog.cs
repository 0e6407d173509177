using System.Reflection;
using Engagement.Training.Trainers.XGBoost;

namespace Engagement.Training.Trainers;

/// <summary>The trainers by name. ML.NET's stands in an assembly of its own, which only a build with its packages has beside this one.</summary>
internal static class TrainerCatalog
{
    private const string MlNetAssembly = "Engagement.Training.MLNet";

    /// <summary>Throws <see cref="TrainingException"/>, saying what to do, for an unknown trainer or one that this build leaves out.</summary>
    public static ITrainer Find(string name) => name switch
    {
        "xgboost" => new XGBoostTrainer(),
        "mlnet" => MlNet(),
        _ => throw new TrainingException($"There is no trainer {name}: xgboost or mlnet."),
    };

    private static ITrainer MlNet()
    {
        var path = Path.Combine(AppContext.BaseDirectory, MlNetAssembly + ".dll");
        if (!File.Exists(path))
        {
            throw new TrainingException(
                "This build leaves ML.NET out, because its packages could not be restored here. With the whole of NuGet: " +
                "dotnet run --project models/Engagement.Training.MLNet -- train … --trainer mlnet");
        }
        var type = Assembly.LoadFrom(path).GetTypes().Single(candidate => candidate.IsAssignableTo(typeof(ITrainer)) && candidate is { IsAbstract: false });
        return (ITrainer)Activator.CreateInstance(type)!;
    }
}
