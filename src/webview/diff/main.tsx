import "../../../media/diff.css";
import { startPanel } from "../panel.tsx";
import { Diff } from "./app.tsx";

startPanel(Diff);
