import "../../../media/viewer.css";
import { startPanel } from "../panel.tsx";
import { Viewer } from "./app.tsx";

startPanel(Viewer);
